// Buttons that load players of other sites. Nothing is loaded before a click; see server/pages/embeds.py.
"use strict";

(() => {
  const createFrame = (link, url) => {
    const frame = document.createElement("iframe");
    // Players need scripts and their own origin, which is not that of this page.
    frame.sandbox = "allow-scripts allow-same-origin allow-popups allow-popups-to-escape-sandbox allow-presentation";
    frame.allow = "encrypted-media; fullscreen; picture-in-picture";
    // Some players refuse to play for a page that they do not know.
    frame.referrerPolicy = "strict-origin-when-cross-origin";
    frame.title = link.textContent;
    frame.src = url;
    return frame;
  };
  const createPlayer = (link, url) => {
    const player = document.createElement(link.dataset.embed === "audio" ? "audio" : "video");
    player.controls = true;
    player.setAttribute("aria-label", link.textContent);
    player.src = url;
    return player;
  };

  for (const button of document.querySelectorAll("button[data-load]")) {
    const card = button.closest(".embed");
    const link = card.querySelector("a[data-embed]");
    button.hidden = false;
    button.addEventListener("click", () => {
      const element = link.dataset.embed === "frame" ? createFrame(link, button.dataset.load) : createPlayer(link, button.dataset.load);
      button.replaceWith(element);
      // The focus stays where it was: the button is gone.
      element.focus();
    });
  }
})();
