// What the console does in the browser alone: time that runs, drafts that outlive an outage, keys, language and colours.
(() => {
  "use strict";

  const says = (name, values = {}) =>
    Object.entries(values).reduce((text, [key, value]) => text.replaceAll(`{${key}}`, value), window.amendsTexts?.[name] ?? name);

  // ---- time that runs -------------------------------------------------------------------------------------------

  const UNITS = [["day", 86400], ["hour", 3600], ["minute", 60], ["second", 1]];
  const SOON_SECONDS = 3600;

  function inWords(seconds) {
    const lang = document.documentElement.lang || "en";
    const first = UNITS.findIndex(([, length]) => seconds >= length);
    const largest = first < 0 ? UNITS.length - 1 : first;
    const parts = [];
    let rest = seconds;
    for (const [unit, length] of UNITS.slice(largest, largest + 2)) {
      const number = Math.floor(rest / length);
      rest -= number * length;
      if (number || !parts.length) parts.push(new Intl.NumberFormat(lang, { style: "unit", unit, unitDisplay: "short" }).format(number));
    }
    return parts.join(" ");
  }

  // <remaining-time due="2026-01-01T00:00:00Z">: how long there is left, or how long it is overdue, by the second.
  class RemainingTime extends HTMLElement {
    static observedAttributes = ["due"];
    static all = new Set();
    connectedCallback() { RemainingTime.all.add(this); this.show(); }
    disconnectedCallback() { RemainingTime.all.delete(this); }
    attributeChangedCallback() { this.show(); }
    show() {
      const due = Date.parse(this.getAttribute("due"));
      if (Number.isNaN(due)) { this.textContent = "–"; this.dataset.urgency = "none"; return; }
      const seconds = Math.round((due - Date.now() - RemainingTime.ahead) / 1000);
      this.dataset.urgency = seconds < 0 ? "overdue" : seconds < SOON_SECONDS ? "soon" : "calm";
      const text = says(seconds < 0 ? "overdue" : "left", { time: inWords(Math.abs(seconds)) });
      if (this.textContent !== text) this.textContent = text;
    }
  }
  // How far the server's clock is behind this browser's is subtracted: deadlines are the server's.
  RemainingTime.ahead = (window.amendsNow ?? Date.now()) - Date.now();
  customElements.define("remaining-time", RemainingTime);
  setInterval(() => RemainingTime.all.forEach((each) => each.show()), 1000);

  // <try-again says="…">: loads the page anew after a moment, as long as it is there.
  customElements.define("try-again", class extends HTMLElement {
    connectedCallback() {
      this.textContent = this.getAttribute("says");
      this.timer = setTimeout(() => location.reload(), 3000);
    }
    disconnectedCallback() { clearTimeout(this.timer); }
  });

  // ---- drafts ---------------------------------------------------------------------------------------------------

  const nameOf = (draft) => `amends-draft:${draft}`;
  const read = (draft) => JSON.parse(sessionStorage.getItem(nameOf(draft)) ?? "{}");
  window.amends = {
    keep(draft, field, value) { sessionStorage.setItem(nameOf(draft), JSON.stringify({ ...read(draft), [field]: value })); },
    draft: read,
    forget(draft) { sessionStorage.removeItem(nameOf(draft)); },
  };

  // Who logs out leaves nothing behind that they wrote about others.
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("form[action='/logout']")) return;
    Object.keys(sessionStorage).filter((key) => key.startsWith(nameOf(""))).forEach((key) => sessionStorage.removeItem(key));
  });

  // ---- keys -----------------------------------------------------------------------------------------------------

  const PATIENCE_MILLISECONDS = 1000;
  let typed = [], typedAt = 0;

  const isTyping = (target) => target.closest("input, textarea, select, [contenteditable=true], [role=listbox], [role=combobox]") !== null;
  const isShown = (element) => element.offsetParent !== null || element.getClientRects().length > 0;
  const keyed = () => [...document.querySelectorAll("[data-key]")].filter(isShown);

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    if (document.querySelector(".q-dialog, dialog[open]")) return;
    if (event.key === "?") { event.preventDefault(); showShortcuts(); return; }
    if (event.timeStamp - typedAt > PATIENCE_MILLISECONDS) typed = [];
    typedAt = event.timeStamp;
    typed.push(event.key);
    const known = keyed();
    while (typed.length) {
      const sequence = typed.join(" ");
      const meant = known.find((element) => element.dataset.key === sequence);
      if (meant) {
        event.preventDefault();
        typed = [];
        meant.focus();
        if (!isTyping(meant)) meant.click();
        return;
      }
      if (known.some((element) => element.dataset.key.startsWith(sequence + " "))) { event.preventDefault(); return; }
      typed.shift();
    }
  });

  function showShortcuts() {
    const button = document.querySelector("[data-shortcuts]");
    if (!button) return;
    const dialog = document.createElement("dialog");
    dialog.className = "shortcuts";
    const title = document.createElement("h2");
    title.textContent = button.dataset.title;
    dialog.setAttribute("aria-label", button.dataset.title);
    const list = document.createElement("dl");
    for (const element of keyed()) {
      const key = document.createElement("dt"), meaning = document.createElement("dd");
      for (const part of element.dataset.key.split(" ")) key.append(Object.assign(document.createElement("kbd"), { textContent: part }), " ");
      meaning.textContent = element.dataset.says ?? element.getAttribute("aria-label") ?? element.textContent;
      list.append(key, meaning);
    }
    const close = Object.assign(document.createElement("button"), { textContent: button.dataset.close });
    close.addEventListener("click", () => dialog.close());
    dialog.append(title, list, close);
    dialog.addEventListener("close", () => { dialog.remove(); button.focus(); });
    document.body.append(dialog);
    dialog.showModal();
  }

  // ---- language and colours -------------------------------------------------------------------------------------

  const remember = (name, value) => { document.cookie = `${name}=${value}; path=/; max-age=31536000; samesite=lax`; };

  document.addEventListener("click", (event) => {
    const language = event.target.closest("[data-set-language]"), theme = event.target.closest("[data-set-theme]");
    if (language) { remember("amends_language", language.dataset.setLanguage); location.reload(); }
    if (theme) {
      const dark = !Quasar.Dark.isActive;
      remember("amends_theme", dark ? "dark" : "light");
      Quasar.Dark.set(dark);
    }
    if (event.target.closest("[data-shortcuts]")) showShortcuts();
  });
})();
