// Copying and printing in one press; the pages work without this file.
"use strict";
(function () {
  const byId = (id) => document.getElementById(id);
  const area = byId("copied");
  const copy = byId("copy");
  const print = byId("print");

  // An intranet without https has no clipboard for scripts; there the old command still works.
  async function copied() {
    area.focus();
    area.select();
    try {
      await navigator.clipboard.writeText(area.value);
      return true;
    } catch (error) {
      return document.execCommand("copy");
    }
  }

  if (area && copy) {
    copy.hidden = false;
    copy.addEventListener("click", async () => {
      byId("copy-told").textContent = await copied() ? copy.dataset.done : copy.dataset.failed;
    });
  }
  if (print) {
    print.hidden = false;
    print.addEventListener("click", () => window.print());
  }
})();
