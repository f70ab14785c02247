// Live refresh and the composer. Every page works without this file; it never touches what is being typed.
"use strict";
(function () {
  const every = 3000;
  const slow = 30000;
  const hidden = 15000;
  const ended = "サインインの期限が切れました。ことばはここに残っています。新しいタブでサインインしてから、この画面でもう一度ボタンを押してください。";
  const lost = "この相談は、いまあなたの所属からは見られません。ことばは送られていません。必要なら書き写してから、画面を閉じてください。";
  const byId = (id) => document.getElementById(id);

  // On a narrow screen the tab one is on comes into view.
  const here = document.querySelector(".tabs [aria-current]");
  if (here) { here.scrollIntoView({ block: "nearest", inline: "center" }); }

  async function ask(path) {
    const answer = await fetch(path, { headers: { Accept: "application/json" }, cache: "no-store" });
    if (answer.status === 401) { leave(ended); return null; }
    if (answer.status === 404) { hide(); leave(lost); return null; }
    return answer.ok ? answer.json() : null;
  }

  // What is typed and not sent, and what of it is not kept yet either. What the page came with is typed only when a press
  // has just been refused: then it shows again what was tried.
  const refused = document.querySelector("[role=alert]") !== null;
  const typed = () => Array.from(document.querySelectorAll("textarea")).filter((field) => !field.readOnly && field.value.trim() && !field.form.dataset.sent && (refused || field.value !== field.defaultValue));
  const unsaved = () => typed().filter((field) => field.dataset.kept !== field.value);

  // The page is of no use any more; what was typed on it stays, with the reason above.
  let left = false;
  function leave(why) {
    const trouble = byId("reply-trouble") || byId("moved");
    if (!trouble || !typed().length) {
      if (!left) { location.reload(); }
      left = true;
      return;
    }
    trouble.textContent = why;
    trouble.hidden = false;
  }

  // Somebody else's matter by now: nothing of it stays on the screen.
  function hide() {
    for (const part of document.querySelectorAll(".casehead, #scroll, .know .facts, .know .notes, .know .trail")) { part.hidden = true; }
  }

  async function fetchPage(path) {
    const answer = await fetch(path, { headers: { Accept: "text/html" }, cache: "no-store" });
    return answer.ok ? new DOMParser().parseFromString(await answer.text(), "text/html") : null;
  }

  // A line to the server says that something moved, not what. While it is up the page looks then, and now and then
  // besides; where it is missing or broken the page looks by itself every three seconds.
  const lookers = [];
  let up = false;
  let source = null;
  let looked = 0;
  let soon = 0;

  async function look() {
    clearTimeout(soon);
    soon = 0;
    looked = Date.now();
    for (const one of lookers) { try { await one(); } catch (error) { /* The network is away; the next look tries again. */ } }
  }
  // Several movements within a moment are one look.
  function nudge() { if (!soon) { soon = setTimeout(look, Math.max(150, looked + 1000 - Date.now())); } }

  // A browser keeps few lines at once: only a page that is seen holds one.
  function listen() {
    if (!window.EventSource || source || document.hidden) { return; }
    source = new EventSource("/desk/events");
    source.addEventListener("open", () => { up = true; nudge(); });
    source.addEventListener("moved", nudge);
    source.addEventListener("error", () => {
      up = false;
      if (source.readyState === EventSource.CLOSED) { hang(); setTimeout(listen, 30000); }
    });
  }
  function hang() { if (source) { source.close(); } source = null; up = false; }

  function repeat(one) {
    lookers.push(one);
    if (lookers.length > 1) { return; }
    listen();
    document.addEventListener("visibilitychange", () => { if (document.hidden) { hang(); } else { listen(); nudge(); } });
    addEventListener("pagehide", hang);
    addEventListener("pageshow", listen);
    // A page nobody sees looks for people in danger only, and rarely.
    setInterval(() => { if (Date.now() - looked >= (up ? slow : document.hidden ? hidden : every)) { nudge(); } }, 1000);
  }
  const urgent = (told) => document.dispatchEvent(new CustomEvent("uketome:urgent", { detail: told }));

  function queue(box) {
    const fresh = byId("fresh");
    const shown = () => new Set(Array.from(document.querySelectorAll("#rows [data-case]"), (row) => row.dataset.case));
    let told = 0;

    async function replace() {
      const page = await fetchPage(location.href);
      const next = page && page.getElementById("queue");
      if (!next) { return; }
      const rows = next.querySelector("#rows");
      const tabs = next.querySelector(".tabs");
      byId("rows").replaceWith(document.adoptNode(rows));
      box.querySelector(".tabs").replaceWith(document.adoptNode(tabs));
      const empty = box.querySelector(".empty");
      if (empty && byId("rows").children.length) { empty.remove(); }
      box.dataset.version = next.dataset.version;
      fresh.hidden = true;
      told = 0;
    }
    fresh.addEventListener("click", async () => { await replace(); byId("main").focus(); });

    // The figures run on without anything else on the page being touched.
    function tick(clocks) {
      for (const row of document.querySelectorAll("#rows [data-case]")) {
        const told = clocks[row.dataset.case];
        const minutes = row.querySelector(".minutes");
        const limit = row.querySelector(".limit");
        if (!told || !minutes || !limit) { continue; }
        minutes.textContent = told[0];
        limit.textContent = told[1];
        limit.classList.toggle("over", told[2] === "over");
      }
    }

    repeat(async () => {
      const state = await ask(box.dataset.live);
      if (!state) { return; }
      urgent(state.urgent);
      tick(state.clocks);
      if (state.version === box.dataset.version) { return; }
      const known = shown();
      const added = state.ids.filter((id) => !known.has(id)).length;
      const busy = box.matches(":hover") || box.contains(document.activeElement);
      if (!busy) { await replace(); }
      else {
        fresh.textContent = added ? `新着 ${added}件を表示` : "一覧が変わりました。新しくする";
        fresh.hidden = false;
        for (const link of box.querySelectorAll("[data-tab]")) { link.querySelector(".count").textContent = state.counts[link.dataset.tab]; }
      }
      if (added > told) { byId("news").textContent = `新着が${added}件あります`; told = added; }
    });
  }

  function conversation(box) {
    const scroll = byId("scroll");

    async function append() {
      const page = await fetchPage(box.dataset.lines);
      if (!page) { return; }
      const list = byId("lines");
      const known = new Set(Array.from(list.querySelectorAll("[data-line]"), (line) => line.dataset.line));
      const days = new Set(Array.from(list.querySelectorAll("[data-day]"), (line) => line.dataset.day));
      let added = 0;
      for (const line of Array.from(page.querySelectorAll("#lines > li"))) {
        if (line.dataset.line && !known.has(line.dataset.line)) { list.append(document.adoptNode(line)); added += line.classList.contains("resident") ? 1 : 0; }
        else if (line.dataset.day && !days.has(line.dataset.day)) { list.append(document.adoptNode(line)); }
      }
      if (added) { byId("news").textContent = `本人から新しいメッセージが${added}件届きました`; }
    }

    repeat(async () => {
      const state = await ask(box.dataset.live);
      if (!state) { return; }
      urgent(state.urgent);
      if (state.newest !== box.dataset.newest) { await append(); box.dataset.newest = state.newest; }
      for (const line of box.querySelectorAll("[data-delivery]")) {
        const mark = state.marks[line.dataset.delivery];
        const place = line.querySelector(".delivery");
        if (mark && place && place.className !== `delivery ${mark.state}`) {
          place.className = `delivery ${mark.state}`;
          place.querySelector(".state").textContent = mark.label;
          place.querySelector(".why").textContent = mark.why;
        }
      }
      if (byId("looking").textContent !== state.looking) { byId("looking").textContent = state.looking; }
      if (state.standing !== box.dataset.standing) { byId("moved").hidden = false; }
    });
    scroll.scrollTop = 0;
  }

  function alive(box) {
    // The desk counts as present while its page is in use: something was touched within the last ten minutes.
    let touched = Date.now();
    for (const kind of ["pointerdown", "keydown", "scroll"]) { addEventListener(kind, () => { touched = Date.now(); }, { passive: true, capture: true }); }
    const token = document.querySelector("input[name=csrf]").value;
    setInterval(() => {
      if (box.dataset.mine !== "yes" || document.hidden || Date.now() - touched > 600000) { return; }
      fetch(box.dataset.present, { method: "POST", body: new URLSearchParams({ csrf: token }) }).catch(() => {});
    }, 60000);
  }

  function composer(form) {
    const words = byId("words");
    const trouble = byId("reply-trouble");
    const away = byId("offline");
    let sending = false;
    let again = 0;
    const told = () => { away.hidden = navigator.onLine; };
    addEventListener("offline", told);
    addEventListener("online", () => { told(); if (again) { form.requestSubmit(); } });

    // The same words under the same key go out again by themselves, so nothing may be changed in them meanwhile.
    function wait(on) {
      clearTimeout(again);
      again = on ? setTimeout(() => form.requestSubmit(), 5000) : 0;
      words.readOnly = on;
    }

    // Returns the page that explains why nothing was sent, or null when the words are on their way.
    async function send() {
      const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)), headers: { Accept: "text/html" } });
      if (answer.ok && answer.redirected) { form.dataset.sent = "yes"; words.value = ""; location.assign(answer.url); return null; }
      return new DOMParser().parseFromString(await answer.text(), "text/html");
    }

    words.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !event.isComposing) { event.preventDefault(); form.requestSubmit(); }
    });
    form.addEventListener("submit", async (event) => {
      // Another button of the form leads to a page of its own; that page brings the words back.
      if (event.submitter && event.submitter.hasAttribute("formaction")) { form.dataset.sent = "yes"; return; }
      event.preventDefault();
      if (sending) { return; }
      sending = true;
      wait(false);
      let said = "まだ送れていません。通信が切れているようです。ことばはここに残っていて、つながったら自動で一度だけ送ります。";
      try {
        let page = await send();
        const token = page && page.querySelector("input[name=csrf]");
        // Signed in again in another tab: the page that came back brings the token of the new session.
        if (token && token.value && token.value !== form.elements.csrf.value) { form.elements.csrf.value = token.value; page = await send(); }
        if (!page) { return; }
        const reason = page.querySelector("[role=alert]");
        said = reason ? reason.textContent : page.querySelector("textarea") ? ended : lost;
      } catch (error) { wait(true); }
      trouble.textContent = said;
      trouble.hidden = false;
      sending = false;
      words.focus();
    });
  }

  function keys(dialog) {
    const opener = byId("show-keys");
    opener.hidden = false;
    opener.addEventListener("click", () => dialog.showModal());
    addEventListener("keydown", (event) => {
      // A key that belongs to a half-converted word, or to the dialog itself, is none of ours.
      if (event.isComposing || dialog.open || event.ctrlKey || event.altKey || event.metaKey) { return; }
      const typing = event.target.closest("input, textarea, select");
      if (event.key === "Escape") { escape(typing); }
      if (typing || !["/", "?"].includes(event.key)) { return; }
      event.preventDefault();
      if (event.key === "/") { byId("sought").focus(); } else { dialog.showModal(); }
    });
  }

  // Escape leaves the field, then the menu, then the page for the list.
  function escape(typing) {
    const open = document.querySelector(".me[open]");
    const list = document.querySelector(".crumbs a");
    if (typing) { typing.blur(); }
    else if (open) { open.open = false; open.querySelector("summary").focus(); }
    else if (list && !unsaved().length) { location.assign(list.href); }
  }

  addEventListener("beforeunload", (event) => { if (unsaved().length) { event.preventDefault(); } });
  for (const form of document.querySelectorAll("form[method=post]:not(#composer)")) {
    // A second press of the same button changes nothing; the first one is on its way.
    form.addEventListener("submit", (event) => { if (form.dataset.sent) { event.preventDefault(); } form.dataset.sent = "yes"; });
  }
  addEventListener("pageshow", () => { for (const form of document.querySelectorAll("form[data-sent]")) { delete form.dataset.sent; } });
  keys(byId("keys"));
  if (byId("queue")) { queue(byId("queue")); }
  if (byId("case")) { conversation(byId("case")); alive(byId("case")); }
  if (byId("composer")) { composer(byId("composer")); }
})();
