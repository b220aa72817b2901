// What is typed into a record's form is kept in the browser until it is saved, and offered back after a crash.
// An entry is named by user, form and page; each open page has its own, so none overwrites another's.
"use strict";

(() => {
  const STEM = "typed:";
  const SAVED = "saved.";
  const DELAY = 1000;
  const MONTH = 30 * 24 * 3600 * 1000;
  const VERSIONS = /(^|-)(seen_version|seen_draft)$/;
  const MANAGEMENT = /-(TOTAL|INITIAL|MIN_NUM|MAX_NUM)_FORMS$/;
  let isLoggingOut = false;

  // --- the store: it may be full, or closed to us; typing goes on then ------------------------------------------

  function read(name) {
    try {
      return JSON.parse(localStorage.getItem(name));
    } catch {
      return null;
    }
  }

  function keep(name, entry) {
    try {
      localStorage.setItem(name, JSON.stringify(entry));
    } catch {
      // nothing is kept
    }
  }

  function forget(name) {
    try {
      localStorage.removeItem(name);
    } catch {
      // nothing was kept
    }
  }

  function names(belongs) {
    try {
      return Object.keys(localStorage).filter((name) => name.startsWith(STEM) && belongs(name));
    } catch {
      return [];
    }
  }

  function forgetSaved() {
    // The server names in a cookie each form that it has saved.
    for (const cookie of document.cookie.split("; ")) {
      const name = cookie.split("=")[0];
      if (name.startsWith(SAVED)) {
        const form = name.slice(SAVED.length);
        names((entry) => entry.split(":")[2] === form).forEach(forget);
        document.cookie = `${name}=; Max-Age=0; Path=/; SameSite=Lax`;
      }
    }
  }

  function forgetOld() {
    names((name) => !((read(name) || { at: 0 }).at > Date.now() - MONTH)).forEach(forget);
  }

  // --- a form's values: [name, [[value, label], …]] --------------------------------------------------------------

  function isKept(field) {
    return (
      field.name &&
      field.name !== "csrfmiddlewaretoken" &&
      !field.name.includes("__prefix__") &&
      !field.matches("[type=submit], [type=button], [type=file], [type=password], button, fieldset")
    );
  }

  function valuesOf(field) {
    if (field.tagName === "SELECT") {
      return [...field.selectedOptions].map((option) => [option.value, option.text]);
    }
    if (field.type === "checkbox" || field.type === "radio") {
      return field.checked ? [[field.value, ""]] : [];
    }
    return [[field.value, ""]];
  }

  function valuesIn(form) {
    return [...form.elements].filter(isKept).map((field) => [field.name, valuesOf(field)]);
  }

  function fingerprint(fields) {
    const typed = fields.filter(([name]) => !VERSIONS.test(name) && !MANAGEMENT.test(name));
    return JSON.stringify(typed.map(([name, values]) => [name, values.map(([value]) => value.replace(/\r\n/g, "\n"))]));
  }

  // --- putting them back -------------------------------------------------------------------------------------------

  function put(field, values) {
    const wanted = new Set(values.map(([value]) => value));
    if (field.tagName === "SELECT") {
      for (const [value, label] of values) {
        if (![...field.options].some((option) => option.value === value)) {
          field.add(new Option(label, value)); // found by typing, so not in the list yet
        }
      }
      [...field.options].forEach((option) => (option.selected = wanted.has(option.value)));
    } else if (field.type === "checkbox" || field.type === "radio") {
      field.checked = wanted.has(field.value);
    } else {
      field.value = values.length ? values[0][0] : "";
    }
    field.dispatchEvent(new Event("change", { bubbles: true }));
  }

  function prefixesIn(form) {
    return [...form.elements]
      .filter((field) => field.name && field.name.endsWith("-TOTAL_FORMS"))
      .map((field) => field.name.slice(0, -"-TOTAL_FORMS".length));
  }

  function newRow(form, prefix) {
    const total = form.elements[`${prefix}-TOTAL_FORMS`];
    const before = total.value;
    const add = document.querySelector(`#${prefix}-group .add-row a`);
    if (add) {
      add.click();
    }
    return total.value === before ? null : before;
  }

  function rowsFor(form, prefix, fields) {
    // Which row of this page each kept row belongs to: that of the same record, or a new one.
    const kept = new RegExp(`^${prefix}-(\\d+)-`);
    const ids = new Map();
    for (const [name, values] of fields) {
      const number = (kept.exec(name) || [])[1];
      if (number !== undefined) {
        const id = name === `${prefix}-${number}-id` && values.length ? values[0][0] : "";
        ids.set(number, id || ids.get(number) || "");
      }
    }
    const here = new Map();
    for (const field of form.elements) {
      const found = new RegExp(`^${prefix}-(\\d+)-id$`).exec(field.name || "");
      if (found && field.value) {
        here.set(field.value, found[1]);
      }
    }
    const initial = Number(form.elements[`${prefix}-INITIAL_FORMS`].value);
    const free = [...Array(Number(form.elements[`${prefix}-TOTAL_FORMS`].value)).keys()].slice(initial).map(String);
    const rows = new Map();
    for (const [number, id] of ids) {
      const row = here.get(id) || free.shift() || newRow(form, prefix);
      rows.set(number, { row, isNew: !here.has(id) });
    }
    return rows;
  }

  function restore(form, fields) {
    const groups = prefixesIn(form).map((prefix) => [prefix, rowsFor(form, prefix, fields)]);
    const byName = new Map();
    for (const [name, values] of fields) {
      const target = nameHere(name, groups);
      if (target) {
        byName.set(target, [...(byName.get(target) || []), ...values]);
      }
    }
    for (const [name, values] of byName) {
      const found = form.elements[name];
      const all = found instanceof RadioNodeList ? [...found] : [found];
      all.filter((field) => field && isKept(field)).forEach((field) => put(field, values));
    }
  }

  function nameHere(name, groups) {
    if (MANAGEMENT.test(name)) {
      return null;
    }
    for (const [prefix, rows] of groups) {
      const found = new RegExp(`^${prefix}-(\\d+)-(.+)$`).exec(name);
      if (found) {
        const { row, isNew } = rows.get(found[1]);
        const belongs = row !== null && !(isNew && (found[2] === "id" || VERSIONS.test(name)));
        return belongs ? `${prefix}-${row}-${found[2]}` : null;
      }
    }
    return name;
  }

  // --- a page ----------------------------------------------------------------------------------------------------

  function watch(team) {
    const form = team.closest("form");
    const stem = `${STEM}${team.dataset.user}:${team.dataset.key}:`;
    const own = stem + Date.now();
    const shown = fingerprint(valuesIn(form));
    const isRefused = "unsaved" in team.dataset; // the server shows again what it did not save
    let timer = null;

    function save() {
      clearTimeout(timer);
      timer = null;
      if (isLoggingOut) {
        return;
      }
      const fields = valuesIn(form);
      if (isRefused || fingerprint(fields) !== shown) {
        keep(own, { at: Date.now(), fields });
      } else {
        forget(own);
      }
    }

    function changed() {
      clearTimeout(timer);
      timer = setTimeout(save, DELAY);
    }

    function offer(name) {
      const entry = read(name);
      const line = document.createElement("p");
      const text = document.createElement("span");
      text.textContent = team.dataset.labelTyped.replace("{time}", new Date(entry.at).toLocaleString(document.documentElement.lang));
      line.className = "offer attention";
      line.append(text);
      const answers = [
        ["restore", team.dataset.labelRestore, () => restore(form, entry.fields)],
        ["discard", team.dataset.labelDiscard, () => {}],
      ];
      for (const [kind, label, answer] of answers) {
        const button = document.createElement("button");
        button.type = "button";
        button.className = kind;
        button.textContent = label;
        button.addEventListener("click", () => {
          answer();
          if (kind === "restore") {
            save();
          }
          forget(name);
          line.remove();
        });
        line.append(" ", button);
      }
      team.querySelector(".offers").append(line);
    }

    for (const name of names((entry) => entry.startsWith(stem)).sort().reverse()) {
      if (fingerprint(read(name).fields) === shown) {
        forget(name); // it stands on the page already
      } else {
        offer(name);
      }
    }
    if (isRefused) {
      save();
    }
    form.addEventListener("input", changed);
    form.addEventListener("change", changed);
    form.addEventListener("submit", save);
    document.addEventListener("formset:added", changed);
    document.addEventListener("formset:removed", changed);
    if (window.django && window.django.jQuery) {
      window.django.jQuery(form).on("change", changed); // the admin's lists of choices tell jQuery only
    }
    window.addEventListener("pagehide", () => timer && save());
  }

  function watchLogOut() {
    const form = document.getElementById("logout-form");
    const bell = document.querySelector("a.bell");
    if (form && bell) {
      const mine = `${STEM}${bell.dataset.user}:`;
      form.addEventListener("submit", () => {
        isLoggingOut = true;
        names((name) => name.startsWith(mine)).forEach(forget);
      });
    }
  }

  document.addEventListener("DOMContentLoaded", () => {
    forgetSaved();
    forgetOld();
    watchLogOut();
    const team = document.getElementById("team");
    if (team && team.dataset.key) {
      watch(team);
    }
  });
})();
