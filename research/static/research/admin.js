// The forms of the admin: a preview beside each Markdown text, and tags in use under each line of tags.
"use strict";

(() => {
  const SEPARATORS = /[,，、;；]/;

  function button(label, pressed) {
    const made = document.createElement("button");
    made.type = "button";
    made.textContent = label;
    made.setAttribute("aria-pressed", pressed);
    return made;
  }

  function addPreview(textarea) {
    const write = button(textarea.dataset.labelWrite, true);
    const preview = button(textarea.dataset.labelPreview, false);
    const tabs = document.createElement("div");
    tabs.className = "markdown-tabs";
    tabs.append(write, preview);
    const shown = document.createElement("div");
    shown.className = "markdown-preview";
    shown.hidden = true;
    const box = document.createElement("div");
    box.className = "markdown-box";
    textarea.replaceWith(box);
    box.append(tabs, textarea, shown);

    function show(previewing) {
      textarea.hidden = previewing;
      shown.hidden = !previewing;
      write.setAttribute("aria-pressed", !previewing);
      preview.setAttribute("aria-pressed", previewing);
    }

    write.addEventListener("click", () => {
      show(false);
      textarea.focus();
    });
    preview.addEventListener("click", async () => {
      shown.setAttribute("aria-busy", "true");
      show(true);
      const html = await rendered(textarea);
      if (html === null) {
        shown.textContent = textarea.dataset.labelFailed;
        shown.classList.add("attention");
      } else {
        shown.innerHTML = html; // the server's sanitiser has been over it
        shown.classList.remove("attention");
      }
      shown.removeAttribute("aria-busy");
    });
  }

  async function rendered(textarea) {
    const body = new FormData();
    body.append("text", textarea.value);
    body.append("csrfmiddlewaretoken", textarea.form.elements.csrfmiddlewaretoken.value);
    try {
      const answer = await fetch(textarea.dataset.preview, { method: "POST", body });
      return answer.ok && !answer.redirected ? await answer.text() : null;
    } catch {
      return null;
    }
  }

  function addSuggestions(input) {
    const list = document.createElement("datalist");
    list.id = `${input.id}_suggestions`;
    input.after(list);
    input.setAttribute("list", list.id);
    let asked = 0;

    input.addEventListener("input", async () => {
      const parts = input.value.split(SEPARATORS);
      const typed = parts.pop();
      const before = input.value.slice(0, input.value.length - typed.length);
      const given = new Set(parts.map((part) => part.trim()));
      const turn = ++asked;
      const names = typed.trim() ? await tagsLike(input.dataset.suggest, typed.trim()) : [];
      if (turn !== asked) {
        return; // a later key has overtaken this answer
      }
      list.replaceChildren(
        ...names
          .filter((name) => !given.has(name))
          .map((name) => new Option(name, before && !before.endsWith(" ") ? `${before} ${name}` : before + name)),
      );
    });
  }

  async function tagsLike(url, typed) {
    try {
      const answer = await fetch(`${url}?q=${encodeURIComponent(typed)}`);
      return answer.ok && !answer.redirected ? (await answer.json()).names : [];
    } catch {
      return [];
    }
  }

  function enhance(root) {
    // Django keeps an empty row, named __prefix__, to copy new rows from; the copies are enhanced when added.
    const real = (field) => !field.id.includes("__prefix__");
    [...root.querySelectorAll("textarea[data-preview]")].filter(real).forEach(addPreview);
    [...root.querySelectorAll("input[data-suggest]")].filter(real).forEach(addSuggestions);
  }

  document.addEventListener("DOMContentLoaded", () => enhance(document));
  document.addEventListener("formset:added", (event) => enhance(event.target));
})();
