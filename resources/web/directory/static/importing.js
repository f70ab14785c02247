// How far a file is, every second. Without this file the page loads itself anew every three seconds.
"use strict";
(function () {
  const bar = document.getElementById("bar");
  const count = document.getElementById("count");
  if (!bar) { return; }

  async function look() {
    try {
      const answer = await fetch(bar.dataset.live, { headers: { Accept: "application/json" }, cache: "no-store" });
      if ([401, 403, 404].includes(answer.status)) { location.assign(bar.dataset.page); return; }
      if (answer.ok) {
        const told = await answer.json();
        if (told.state !== bar.dataset.state) { location.assign(bar.dataset.page); return; }
        if (told.total) {
          bar.max = told.total;
          bar.value = told.done;
          count.textContent = `${told.total}件のうち ${told.done}件`;
        }
      }
    } catch {
      // The line is broken for a while; the next look may reach the server.
    }
    setTimeout(look, 1000);
  }

  setTimeout(look, 1000);
})();
