// Keeps on the server what is typed, reads the hours back, and shows how the entry will look. The page works without this file.
"use strict";
(function () {
  const form = document.getElementById("sheet");
  if (!form) { return; }
  const pause = 900;
  const kept = document.getElementById("kept");
  const ended = "サインインの期限が切れました。書いたことは、この画面に残っています。新しいタブでサインインしてから続けてください。";
  const elsewhere = "別の画面（タブ）でも、この項目を書いています。この画面に書いたことは、下書きには残していません。こちらを残すときは「保存する」を押してください。";
  let waiting = 0;
  let sent = 0;
  let leaving = false;

  function line(words, large) {
    const made = document.createElement("p");
    made.textContent = words;
    if (large) { made.className = "large"; }
    return made;
  }

  function bubble(seen) {
    const made = document.createElement("div");
    made.className = seen.card ? "bubble placecard" : "bubble";
    seen.lines.forEach((words, at) => made.append(line(words, seen.card && at === 0)));
    if (seen.buttons.length) {
      const list = document.createElement("ul");
      list.className = "plain presses";
      for (const label of seen.buttons) {
        const one = document.createElement("li");
        one.textContent = label;
        list.append(one);
      }
      made.append(list);
    }
    return made;
  }

  function show(told) {
    if (told.known !== undefined) { form.elements.namedItem("kept").value = told.known; }
    kept.textContent = told.elsewhere ? elsewhere : `下書きを${told.kept}に残しました。まだ保存していません。` + (told.late ? "ほかの人が先に保存しました。保存を押すと、どちらを残すかを選べます。" : "");
    const hours = document.getElementById("read-hours");
    hours.replaceChildren(...(told.hours.length ? told.hours : ["まだ何も読み取っていません。"]).map((words) => {
      const one = document.createElement("li");
      one.textContent = words;
      return one;
    }));
    document.getElementById("read-now").textContent = told.now;
    for (const place of form.querySelectorAll("[data-wrong]")) {
      const mine = told.troubles.filter(([name]) => name === place.dataset.wrong);
      place.replaceChildren(...mine.map(([, words]) => line(words, false)));
      place.closest(".field").classList.toggle("wrong", mine.length > 0);
    }
    for (const [id, seen] of [["preview-line", told.line], ["preview-telegram", told.telegram]]) {
      if (seen.length) { document.getElementById(id).replaceChildren(...seen.map(bubble)); }
    }
  }

  async function keep() {
    waiting = 0;
    const mine = ++sent;
    const answer = await fetch(form.dataset.keep, { method: "POST", body: new URLSearchParams(new FormData(form)), headers: { Accept: "application/json" } }).catch(() => null);
    if (leaving || mine !== sent) { return; }
    if (answer && answer.status === 401) { kept.textContent = ended; return; }
    if (!answer || !answer.ok) { kept.textContent = "下書きを残せませんでした。書いたことは、この画面にあります。"; waiting = setTimeout(keep, 5000); return; }
    show(await answer.json());
  }

  form.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(keep, pause); });
  form.addEventListener("submit", () => { leaving = true; clearTimeout(waiting); });
})();
