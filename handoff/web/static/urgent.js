// A new person in danger shows in the title of the page, and is heard where somebody switched the sound on.
"use strict";
(function () {
  const title = document.title;
  const button = document.getElementById("sound");
  const box = document.getElementById("queue");
  let newest = box ? box.dataset.urgent : null;
  let raised = false;
  let audio = null;

  // Two short notes; quiet enough for an office.
  function tone() {
    if (!audio) { return; }
    for (const [at, pitch] of [[0, 660], [0.25, 880]]) {
      const note = audio.createOscillator();
      const loudness = audio.createGain();
      const begin = audio.currentTime + at;
      note.frequency.value = pitch;
      loudness.gain.setValueAtTime(0.15, begin);
      loudness.gain.exponentialRampToValueAtTime(0.001, begin + 0.2);
      note.connect(loudness).connect(audio.destination);
      note.start(begin);
      note.stop(begin + 0.2);
    }
    document.dispatchEvent(new CustomEvent("uketome:tone"));
  }

  // What a page hears first is no news; only what comes later than all it knew.
  document.addEventListener("uketome:urgent", (event) => {
    const told = event.detail;
    if (newest !== null && told.newest > newest) { raised = true; tone(); }
    if (newest === null || told.newest > newest) { newest = told.newest; }
    raised = raised && told.count > 0;
    document.title = raised ? `緊急${told.count} ${title}` : title;
  });

  // Browsers let a page make a sound only after somebody pressed something on it.
  if (button && window.AudioContext) {
    button.hidden = false;
    button.addEventListener("click", () => {
      if (audio) { audio.close(); audio = null; } else { audio = new AudioContext(); tone(); }
      button.setAttribute("aria-pressed", String(Boolean(audio)));
      button.textContent = `緊急を音でも知らせる：${audio ? "入" : "切"}`;
    });
  }
})();
