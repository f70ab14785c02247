// Prepared words at the cursor, Enter in a tool presses the tool's own button, and advice while writing. All of it works without.
"use strict";
(function () {
  const byId = (id) => document.getElementById(id);
  const form = byId("composer");
  if (!form) { return; }
  const words = byId("words");

  function insert(said) {
    const before = words.value.slice(0, words.selectionStart);
    const after = words.value.slice(words.selectionEnd);
    const gap = before && !before.endsWith("\n") ? "\n" : "";
    words.value = before + gap + said + after;
    words.selectionStart = words.selectionEnd = before.length + gap.length + said.length;
    words.focus();
    words.dispatchEvent(new Event("input", { bubbles: true }));
  }

  const put = byId("put-canned");
  if (put) {
    put.addEventListener("click", (event) => {
      const chosen = byId("canned").selectedOptions[0];
      if (!chosen || !chosen.dataset.words) { return; }
      event.preventDefault();
      insert(chosen.dataset.words);
      byId("news").textContent = chosen.dataset.blanks ? `本文に入れました。空欄が残っています：${chosen.dataset.blanks}` : "本文に入れました";
      byId("tool-canned").open = false;
    });
  }

  byId("tools").addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing || event.target.tagName !== "INPUT") { return; }
    event.preventDefault();
    const button = event.target.closest("details").querySelector("button");
    if (button && event.target.type === "search") { button.click(); }
  });

  const ask = byId("ask-advice");
  const list = byId("advice-list");
  let waiting = 0;
  let latest = 0;
  let asked = !byId("advice").hidden;

  function item(one) {
    const line = document.createElement("li");
    const mark = document.createElement("span");
    mark.className = "mark";
    mark.textContent = one.label;
    const place = document.createElement("span");
    place.className = "place";
    const hit = document.createElement("mark");
    hit.textContent = one.words;
    place.append(one.before, hit, one.after);
    const say = document.createElement("span");
    say.className = "small";
    say.textContent = `→ ${one.say}`;
    line.append(mark, " ", place, document.createElement("br"), say);
    return line;
  }

  async function advise() {
    const number = ++latest;
    const body = new URLSearchParams({ csrf: form.elements.csrf.value, words: words.value });
    try {
      const answer = await fetch(ask.dataset.live, { method: "POST", body, headers: { Accept: "application/json" } });
      if (!answer.ok || number !== latest) { return; }
      const found = (await answer.json()).advice;
      const none = document.createElement("li");
      none.textContent = "気になるところは見つかりませんでした。";
      list.replaceChildren(...(found.length ? found.map(item) : [none]));
      byId("advice").hidden = false;
    } catch (error) { /* The network is away; the button still works when it is back. */ }
  }

  ask.addEventListener("click", (event) => { event.preventDefault(); asked = true; advise(); });
  words.addEventListener("input", () => {
    if (!asked) { return; }
    clearTimeout(waiting);
    waiting = setTimeout(advise, 800);
  });
})();
