// Who looks and who types, and drafts kept a second after typing stops. Every page works without this file.
"use strict";
(function () {
  const box = document.getElementById("case");
  if (!box) { return; }
  const token = document.querySelector("input[name=csrf]");
  let typed = 0;
  let told = false;

  // A sign every twenty seconds, and at once when typing begins or ends; never while the page is out of sight.
  function sign() {
    if (document.hidden) { return; }
    told = Date.now() - typed < 12000;
    fetch(box.dataset.looking, { method: "POST", body: new URLSearchParams({ csrf: token.value, typing: told ? "yes" : "no" }) }).catch(() => {});
  }
  setInterval(sign, 20000);
  setInterval(() => { if (told !== (Date.now() - typed < 12000)) { sign(); } }, 1000);

  function keeper(form) {
    const field = form.querySelector("textarea");
    const line = form.querySelector("[data-kept]");
    let waits = 0;
    let busy = false;
    field.dataset.kept = field.value;

    async function keep() {
      clearTimeout(waits);
      if (form.dataset.sent || field.readOnly) { return; }
      if (busy) { waits = setTimeout(keep, 300); return; }
      const words = field.value;
      busy = true;
      try {
        const answer = await fetch(form.dataset.draft, { method: "POST", body: new URLSearchParams(new FormData(form)), headers: { Accept: "application/json" } });
        const kind = answer.headers.get("content-type") || "";
        if (!answer.ok || !kind.includes("json")) { throw new Error("not kept"); }
        const state = await answer.json();
        form.elements.draft.value = state.version;
        field.dataset.kept = words;
        line.textContent = state.other ? "下書きを残しました。別の画面で書いたものもあります（読み込み直すと選べます）" : state.at ? `下書きを残しました（${state.at}）` : "";
      } catch (error) {
        line.textContent = "下書きはまだ残せていません。ことばはこの画面にあります。";
        if (!form.dataset.sent) { waits = setTimeout(keep, 5000); }
      }
      busy = false;
    }

    field.addEventListener("input", () => { typed = Date.now(); if (!told) { sign(); } clearTimeout(waits); waits = setTimeout(keep, 1000); });
    form.querySelector("[data-keep]").addEventListener("click", (event) => { event.preventDefault(); keep(); });
    form.addEventListener("submit", () => clearTimeout(waits));
    addEventListener("online", () => { if (field.dataset.kept !== field.value) { keep(); } });
  }

  for (const form of document.querySelectorAll("form[data-draft]")) { keeper(form); }
})();
