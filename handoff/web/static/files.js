// A file that is on its way when the page is opened appears by itself. Without this file a reload shows it.
"use strict";
(function () {
  const box = document.getElementById("case");
  if (!box) { return; }

  async function arrived(path) {
    const answer = await fetch(path, { headers: { Accept: "application/json" }, cache: "no-store" });
    return answer.ok && (await answer.json()).state !== "waiting";
  }

  async function show(lines) {
    const answer = await fetch(box.dataset.lines, { headers: { Accept: "text/html" }, cache: "no-store" });
    if (!answer.ok) { return; }
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const line of lines) {
      const fresh = Array.from(page.querySelectorAll("[data-line]")).find((one) => one.dataset.line === line.dataset.line);
      if (fresh) { line.replaceWith(document.adoptNode(fresh)); }
    }
    document.getElementById("news").textContent = "本人が送ったものが届きました";
  }

  async function look() {
    const lines = [];
    for (const waiting of document.querySelectorAll("#lines [data-file]")) {
      if (await arrived(waiting.dataset.file)) { lines.push(waiting.closest("[data-line]")); }
    }
    if (lines.length) { await show(lines); }
  }

  (function again() {
    setTimeout(async () => {
      if (!document.hidden) { try { await look(); } catch (error) { /* The network is away; the next look tries again. */ } }
      again();
    }, 2000);
  })();
})();
