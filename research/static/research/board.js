// The board of to-dos: a card's own form is sent for a drag and for the arrow keys, and the answer put in place.
"use strict";

(() => {
  const STARTS = 6; // pixels before a press is a drag
  const EDGE = 60; // pixels from the window's edge at which it scrolls
  const said = document.getElementById("board-said");
  const board = () => document.getElementById("board");
  const formOf = (card) => card.querySelector("form.move");
  const handleOf = (card) => card && card.querySelector("summary");
  let busy = false;
  let drag = null;

  function ready() {
    board().classList.add("by-drag");
    board().querySelector("#board-help").hidden = false;
  }

  function say(text) {
    said.textContent = "";
    requestAnimationFrame(() => {
      said.textContent = text;
    });
  }

  // --- sending -----------------------------------------------------------------------------------------

  async function send(form, id) {
    if (busy) {
      return;
    }
    busy = true;
    board().setAttribute("aria-busy", "true");
    try {
      const response = await fetch(form.action, { method: "POST", body: new FormData(form) });
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      if (page.getElementById("board")) {
        closeDialog();
        show(page, id);
      } else if (page.getElementById("move-form")) {
        ask(page.getElementById("move-form"), id);
      } else {
        // Logged out, say: the browser goes there itself, with what was typed.
        HTMLFormElement.prototype.submit.call(form);
      }
    } catch {
      say(board().dataset.labelFailed);
      tell(board().dataset.labelFailed);
    } finally {
      busy = false;
      board().removeAttribute("aria-busy");
    }
  }

  function tell(text) {
    const list = document.createElement("ul");
    const line = document.createElement("li");
    list.className = "messagelist";
    line.className = "error";
    line.textContent = text;
    list.append(line);
    messages(list);
  }

  function messages(list) {
    document.querySelectorAll(".messagelist").forEach((old) => old.remove());
    if (list) {
      document.getElementById("content").before(list);
    }
  }

  function show(page, id) {
    const list = page.querySelector(".messagelist");
    messages(list);
    board().replaceWith(page.getElementById("board"));
    ready();
    const handle = handleOf(document.getElementById(id));
    if (handle) {
      handle.focus();
    }
    say(list ? [...list.children].map((line) => line.textContent.trim()).join(" ") : "");
  }

  function move(card, state) {
    const form = formOf(card);
    form.elements.to.value = state;
    send(form, card.id);
  }

  // --- what is done asks for its result ------------------------------------------------------------------

  function ask(form, id) {
    closeDialog();
    const dialog = document.createElement("dialog");
    const heading = form.querySelector("h2");
    dialog.className = "move-dialog";
    heading.id = "move-heading";
    dialog.setAttribute("aria-labelledby", heading.id);
    dialog.append(form);
    document.body.append(dialog);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      send(form, id);
    });
    form.querySelector(".buttons a").addEventListener("click", (event) => {
      event.preventDefault();
      dialog.close();
    });
    dialog.addEventListener("close", () => {
      dialog.remove();
      const card = document.getElementById(id);
      formOf(card).reset();
      handleOf(card).focus();
      say(board().dataset.labelKept);
    });
    dialog.showModal();
    form.elements.results.focus();
  }

  function closeDialog() {
    document.querySelectorAll(".move-dialog").forEach((dialog) => dialog.remove());
  }

  document.addEventListener("submit", (event) => {
    const card = event.target.closest(".todo-card");
    if (card && event.target === formOf(card)) {
      event.preventDefault();
      send(event.target, card.id);
    }
  });

  // --- the keyboard --------------------------------------------------------------------------------------

  document.addEventListener("keydown", (event) => {
    if (drag && event.key === "Escape") {
      drop(false);
      return;
    }
    const card = event.target.matches && event.target.matches(".todo-card summary") && event.target.closest(".todo-card");
    if (!card || event.altKey || event.ctrlKey || event.metaKey) {
      return;
    }
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    const beside = { ArrowUp: card.previousElementSibling, ArrowDown: card.nextElementSibling };
    if (step) {
      event.preventDefault();
      const columns = [...board().querySelectorAll(".board-column")];
      const there = columns[columns.indexOf(card.closest(".board-column")) + step];
      if (there) {
        move(card, there.dataset.state);
      }
    } else if (event.key in beside) {
      event.preventDefault();
      if (beside[event.key]) {
        handleOf(beside[event.key]).focus();
      }
    }
  });

  // --- dragging: a mouse takes the card anywhere, a finger by “Move”, as elsewhere it scrolls --------------

  document.addEventListener("pointerdown", (event) => {
    const card = event.target.closest(".todo-card");
    const free = event.pointerType === "mouse" ? !event.target.closest("form") : event.target.closest("summary");
    if (event.button === 0 && card && formOf(card) && free && !drag && !busy) {
      drag = { card, id: event.pointerId, x: event.pageX, y: event.pageY, moved: false, at: null, column: null };
    }
  });

  document.addEventListener("pointermove", (event) => {
    if (!drag || event.pointerId !== drag.id) {
      return;
    }
    const far = Math.hypot(event.pageX - drag.x, event.pageY - drag.y);
    if (!drag.moved && far > STARTS) {
      drag.moved = true;
      drag.card.setPointerCapture(drag.id);
      drag.card.classList.add("carried");
      document.body.classList.add("carrying");
      requestAnimationFrame(scrollAtEdge);
    }
    if (drag.moved) {
      event.preventDefault();
      drag.at = { x: event.clientX, y: event.clientY };
      follow();
    }
  });

  function follow() {
    const { card, at } = drag;
    card.style.transform = `translate(${at.x + scrollX - drag.x}px, ${at.y + scrollY - drag.y}px)`;
    const over = document.elementsFromPoint(at.x, at.y).filter((node) => !card.contains(node));
    const column = over.map((node) => node.closest(".board-column")).find(Boolean) || null;
    if (column !== drag.column) {
      drag.column = column;
      board().querySelectorAll(".here").forEach((node) => node.classList.remove("here"));
      if (column && column.dataset.state !== card.dataset.state) {
        column.classList.add("here");
      }
    }
  }

  function scrollAtEdge() {
    if (!drag || !drag.moved) {
      return;
    }
    const by = drag.at.y < EDGE ? -12 : drag.at.y > innerHeight - EDGE ? 12 : 0;
    if (by) {
      scrollBy(0, by);
      follow();
    }
    requestAnimationFrame(scrollAtEdge);
  }

  function drop(wanted) {
    const { card, column, moved } = drag;
    drag = null;
    card.classList.remove("carried");
    card.style.transform = "";
    document.body.classList.remove("carrying");
    board().querySelectorAll(".here").forEach((node) => node.classList.remove("here"));
    if (moved) {
      // The click that follows opens neither the record nor the menu.
      const swallow = (event) => event.preventDefault();
      card.addEventListener("click", swallow, { capture: true, once: true });
      setTimeout(() => card.removeEventListener("click", swallow, { capture: true }), 0);
      if (wanted && column && column.dataset.state !== card.dataset.state) {
        move(card, column.dataset.state);
      }
    }
  }

  for (const [kind, wanted] of [["pointerup", true], ["pointercancel", false]]) {
    document.addEventListener(kind, (event) => {
      if (drag && event.pointerId === drag.id) {
        drop(wanted);
      }
    });
  }

  ready();
})();
