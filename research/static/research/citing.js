// While someone types `@` or `[[` in a Markdown text: a list of sources or records to choose from.
// Keys and states are those of a combobox with a listbox, https://www.w3.org/WAI/ARIA/apg/patterns/combobox/, but a
// text of several lines stays a textbox: it may have no other role, so a line that is read aloud tells of the list.
"use strict";

(() => {
  const WAIT = 120; // ms after the last key
  // As in research/text/citations.py: no letter, digit or part of an address before the @.
  const CITE = /(?:^|[^A-Za-z0-9_\u00c0-\u024f/\\@.=&%+])(@\{?)([^\s@[\](){};；，,。、!！?？"“”'‘’`|]{0,60})$/u;
  const RECORD = /(\[\[)([^[\]|\n@]{0,60})$/u;
  const BARE = /^[\p{L}\p{N}_]+(?:[:.#$%&\-+?<>~/][\p{L}\p{N}_]+)*$/u;

  const list = document.createElement("ul");
  list.id = "citing-suggestions";
  list.setAttribute("role", "listbox");
  list.className = "citing-suggestions";
  list.hidden = true;
  const told = document.createElement("p");
  told.setAttribute("role", "status");
  told.className = "visually-hidden";

  let field = null; // the textarea that the list belongs to, while it is shown
  let asked = null; // what it was asked for: { kind, start, end, text }
  let chosen = -1;
  let turn = 0;
  let timer = null;
  let writing = false; // the script itself is typing
  let composing = false; // an input method is at work

  function question(textarea) {
    const end = textarea.selectionStart;
    if (end !== textarea.selectionEnd) {
      return null;
    }
    const before = textarea.value.slice(Math.max(0, end - 80), end);
    for (const [kind, pattern] of [["record", RECORD], ["source", CITE]]) {
      const found = pattern.exec(before);
      if (found) {
        return { kind, start: end - found[1].length - found[2].length, end, text: found[2] };
      }
    }
    return null;
  }

  async function answers(textarea, { kind, text }) {
    try {
      const url = `${textarea.dataset.cite}?kind=${kind}&q=${encodeURIComponent(text)}`;
      const answer = await fetch(url, { headers: { Accept: "application/json" } });
      return answer.ok && !answer.redirected ? (await answer.json()).found : [];
    } catch {
      return []; // no connection: one types on
    }
  }

  function look(textarea) {
    clearTimeout(timer);
    const mine = ++turn;
    const now = question(textarea);
    if (!now) {
      close();
      return;
    }
    timer = setTimeout(async () => {
      const found = await answers(textarea, now);
      if (mine === turn && document.activeElement === textarea) {
        show(textarea, now, found);
      }
    }, WAIT);
  }

  // --- the list ---

  function show(textarea, now, found) {
    if (!found.length) {
      close();
      return;
    }
    field = textarea;
    asked = now;
    list.setAttribute("aria-label", textarea.dataset.labelSuggestions);
    list.replaceChildren(...found.map((one, place) => option(one, place, textarea)));
    list.hidden = false;
    textarea.setAttribute("aria-autocomplete", "list");
    textarea.setAttribute("aria-controls", list.id);
    told.textContent = `${textarea.dataset.labelSuggestions}: ${found.length}`;
    place(textarea, now.start);
    choose(0);
  }

  function option(one, place, textarea) {
    const item = document.createElement("li");
    item.id = `citing-suggestion-${place}`;
    item.setAttribute("role", "option");
    item.dataset.key = one.key;
    item.dataset.table = one.table;
    const title = document.createElement("span");
    title.textContent = one.title;
    const detail = document.createElement("small");
    const name = one.table === "sources" && asked.kind === "source" ? `@${one.key}` : `${one.table}/${one.key}`;
    detail.textContent = [name, one.detail, one.draft ? textarea.dataset.labelDraft : ""].filter(Boolean).join(" · ");
    item.append(title, detail);
    return item;
  }

  function choose(place) {
    const items = [...list.children];
    chosen = (place + items.length) % items.length;
    items.forEach((item, at) => item.setAttribute("aria-selected", at === chosen));
    // Within the list only: the page stays where it is.
    const item = items[chosen];
    const last = item.offsetTop + item.offsetHeight - list.clientHeight;
    list.scrollTop = Math.min(Math.max(list.scrollTop, last), item.offsetTop);
    field.setAttribute("aria-activedescendant", items[chosen].id);
  }

  function close() {
    clearTimeout(timer);
    turn += 1;
    if (!field) {
      return;
    }
    list.hidden = true;
    told.textContent = "";
    ["aria-autocomplete", "aria-controls", "aria-activedescendant"].forEach((name) => field.removeAttribute(name));
    field = asked = null;
    chosen = -1;
  }

  // Where a character of a textarea stands can be asked of a copy of it only.
  function place(textarea, at) {
    const copy = document.createElement("div");
    const style = getComputedStyle(textarea);
    for (const name of ["font", "letterSpacing", "lineHeight", "padding", "border", "boxSizing", "lineBreak", "tabSize"]) {
      copy.style[name] = style[name];
    }
    Object.assign(copy.style, {
      position: "absolute",
      visibility: "hidden",
      whiteSpace: "pre-wrap",
      overflowWrap: "break-word",
      width: `${textarea.offsetWidth}px`,
    });
    const mark = document.createElement("span");
    mark.textContent = "@";
    copy.append(textarea.value.slice(0, at), mark);
    document.body.append(copy);
    const left = mark.offsetLeft;
    const below = mark.offsetTop + mark.offsetHeight - textarea.scrollTop;
    copy.remove();
    const box = textarea.getBoundingClientRect();
    const top = box.top + Math.min(Math.max(below, 0), box.height);
    const room = document.documentElement.clientWidth - list.offsetWidth - 8;
    const origin = list.offsetParent.getBoundingClientRect();
    list.style.top = `${top + 4 - origin.top + list.offsetParent.scrollTop}px`;
    list.style.left = `${Math.max(8, Math.min(box.left + left, room)) - origin.left + list.offsetParent.scrollLeft}px`;
  }

  // --- what is written ---

  function written({ kind, start, end }, { key, table }) {
    const after = field.value.slice(end, end + 2).replace(/^\}/, "");
    if (kind === "record") {
      return `[[${table}/${key}${after === "]]" ? "" : "]]"}`;
    }
    const before = field.value.slice(Math.max(0, start - 500), start);
    const inBrackets = before.lastIndexOf("[") > Math.max(before.lastIndexOf("]"), before.lastIndexOf("\n\n"));
    // In running text a Chinese key goes on into the words behind it, and one that begins in Latin ends before Han.
    const runsOn = /^[\p{L}\p{N}_]/u.test(after);
    const plain = BARE.test(key) && !runsOn && (inBrackets || /^[\x20-\x7e]+$/.test(key));
    return plain ? `@${key}` : `@{${key}}`;
  }

  function take(item) {
    const textarea = field;
    const { start } = asked;
    // A brace that was typed ahead goes with the rest.
    const end = asked.end + (asked.kind === "source" && textarea.value[asked.end] === "}" ? 1 : 0);
    const text = written(asked, item.dataset);
    close();
    textarea.focus();
    textarea.setSelectionRange(start, end);
    writing = true;
    // The one way to write that can be undone; where there is none any more, the text is set.
    if (!document.execCommand("insertText", false, text)) {
      textarea.setRangeText(text, start, end, "end");
      textarea.dispatchEvent(new Event("input", { bubbles: true }));
    }
    writing = false;
  }

  // --- what happens; listened to once for all fields, also those that are added later ---

  const cites = (event) => event.target instanceof HTMLTextAreaElement && event.target.dataset.cite;

  document.addEventListener("compositionstart", () => {
    composing = true;
    close();
  });
  document.addEventListener("compositionend", (event) => {
    composing = false;
    if (cites(event)) {
      look(event.target);
    }
  });
  document.addEventListener("input", (event) => {
    if (cites(event) && !writing && !composing && !event.isComposing) {
      look(event.target);
    }
  });
  document.addEventListener(
    "keydown",
    (event) => {
      if (!field || event.target !== field || composing || event.isComposing || event.keyCode === 229) {
        return;
      }
      const deeds = {
        ArrowDown: () => choose(chosen + 1),
        ArrowUp: () => choose(chosen - 1),
        Enter: () => take(list.children[chosen]),
        Tab: () => take(list.children[chosen]),
        Escape: close,
      };
      const modified = event.ctrlKey || event.metaKey || event.altKey || event.shiftKey;
      if (deeds[event.key] && !modified) {
        event.preventDefault();
        event.stopPropagation();
        deeds[event.key]();
      } else if (["ArrowLeft", "ArrowRight", "Home", "End", "PageUp", "PageDown"].includes(event.key)) {
        close();
      }
    },
    true,
  );
  document.addEventListener("focusout", (event) => {
    if (event.target === field) {
      close();
    }
  });
  document.addEventListener("pointerdown", (event) => {
    if (field && event.target === field) {
      close(); // the caret goes elsewhere
    }
  });
  list.addEventListener("mousedown", (event) => event.preventDefault()); // the focus stays in the text
  list.addEventListener("click", (event) => {
    const item = event.target.closest("[role=option]");
    if (item && field) {
      take(item);
    }
  });
  document.addEventListener("DOMContentLoaded", () => (document.querySelector("main") || document.body).append(list, told));
})();
