// Brings new words onto the page without reloading it; without script the page works by its forms alone.
"use strict";
(() => {
  const talk = document.getElementById("talk");
  const write = document.getElementById("write");
  const text = document.getElementById("text");
  const trouble = document.getElementById("trouble");
  const state = document.getElementById("state").firstChild;
  document.body.classList.add("live");
  document.getElementById("log").setAttribute("aria-live", "polite");

  const atEnd = () => window.innerHeight + window.scrollY > document.body.scrollHeight - 160;
  const toEnd = () => window.scrollTo(0, document.body.scrollHeight);
  const complain = (words) => { trouble.textContent = words; trouble.hidden = !words; };

  // Only what is new is added, so that a screen reader says it once and nothing moves under the finger.
  const merge = (html) => {
    const fresh = new DOMParser().parseFromString(html, "text/html");
    const log = document.getElementById("log");
    const newLog = fresh.getElementById("log");
    const follow = atEnd();
    const kept = new Set([...newLog.children].map((item) => item.id));
    for (const item of [...log.children]) if (!kept.has(item.id)) item.remove();
    let added = false;
    for (const item of [...newLog.children]) {
      if (!document.getElementById(item.id)) { log.append(item); added = true; }
    }
    document.getElementById("choices").replaceWith(fresh.getElementById("choices"));
    talk.dataset.version = newLog.dataset.version;
    state.textContent = newLog.dataset.state + " ";
    locatable();
    if (added && follow) toEnd();
  };

  const refresh = async () => {
    const answer = await fetch("/chat/live?v=" + encodeURIComponent(talk.dataset.version), { cache: "no-store" });
    if (answer.status === 200) merge(await answer.text());
    if (answer.status === 410) window.location.reload();
  };

  const send = async (fields) => {
    complain("");
    write.classList.add("sending");
    try {
      const answer = await fetch("/chat/say", { method: "POST", headers: { "X-Live": "1" }, body: new URLSearchParams(fields) });
      if (!answer.ok) throw new Error();
      await refresh();
      toEnd();
      return true;
    } catch {
      complain(trouble.dataset.unsent);
      return false;
    } finally {
      write.classList.remove("sending");
    }
  };

  write.addEventListener("submit", async (event) => {
    event.preventDefault();
    const words = text.value.trim();
    if (!words || write.classList.contains("sending")) return;
    text.value = "";
    if (!(await send({ text: words }))) text.value = text.value || words;
  });
  text.addEventListener("keydown", (event) => {
    // On a keyboard Enter sends; while a word is being converted it belongs to the conversion.
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing && window.matchMedia("(hover: hover)").matches) {
      event.preventDefault();
      write.requestSubmit();
    }
  });
  talk.addEventListener("submit", (event) => {
    event.preventDefault();
    if (event.submitter && !write.classList.contains("sending")) send({ data: event.submitter.value });
  });

  const locatable = () => {
    for (const button of document.querySelectorAll(".locate")) {
      button.hidden = !("geolocation" in navigator);
      button.addEventListener("click", () => {
        navigator.geolocation.getCurrentPosition(
          (place) => send({ latitude: place.coords.latitude.toFixed(5), longitude: place.coords.longitude.toFixed(5) }),
          () => complain(trouble.dataset.unlocated),
          { timeout: 10000 },
        );
      });
    }
  };

  locatable();
  toEnd();
  let busy = false;
  setInterval(async () => {
    if (busy || document.hidden) return;
    busy = true;
    try { await refresh(); } catch { /* The next look may succeed. */ } finally { busy = false; }
  }, 1500);
})();
