(function () {
  "use strict";
  var MOST = 60; // names that are listed of what is found
  var STEP = 60; // pixels of an arrow key
  function list(of) { return Array.from(of); }

  function set_up(picture) {
    var view = picture.querySelector(".view"), svg = view.querySelector("svg");
    var field = picture.querySelector("input[type=search]"), only = picture.querySelector(".only");
    var told = picture.querySelector("[role=status]"), found = picture.querySelector(".found");
    var nodes = list(svg.querySelectorAll("g.node")), edges = list(svg.querySelectorAll("g.edge"));
    var named = new Map(), after = new Map(), before = new Map(), mover = null, chosen = null;
    nodes.forEach(function (node) {
      var title = node.querySelector("title");
      node.its = { name: title.textContent, text: words(node) };
      title.textContent = node.its.text; // what a pointer is shown
      named.set(node.its.name, node);
    });
    edges.forEach(function (edge) {
      var title = edge.querySelector("title"), ends = title.textContent.split("->");
      edge.its = ends;
      title.textContent = "";
      put(after, ends[0], ends[1]);
      put(before, ends[1], ends[0]);
    });
    function put(into, key, value) {
      if (!into.has(key)) { into.set(key, []); }
      into.get(key).push(value);
    }
    function words(node) {
      var lines = list(node.querySelectorAll("text")).map(function (one) { return one.textContent; });
      var link = node.querySelector("a"), more = link && link.getAttribute("xlink:title");
      if (link && more) { link.removeAttribute("xlink:title"); }
      return more && more.indexOf("<TABLE>") < 0 ? lines.concat(more).join("\n") : lines.join("\n");
    }

    // it has no size before it is seen
    function begin() {
      if (mover || !view.clientWidth) { return; }
      view.classList.add("moves");
      picture.querySelector(".tools").hidden = false;
      mover = svgPanZoom(svg, { fit: true, center: true, minZoom: 0.1, maxZoom: 200,
        zoomScaleSensitivity: 0.3, mouseWheelZoomEnabled: false });
      if (mover.getSizes().realZoom > 1) { mover.zoomBy(1 / mover.getSizes().realZoom); mover.center(); }
    }
    function whole() { mover.resize(); mover.fit(); mover.center(); choose(null); }

    // what it is built on, and what is built on it, and no more
    function family(name) {
      var all = new Set([name]);
      [after, before].forEach(function (way) {
        var left = [name];
        while (left.length) {
          (way.get(left.pop()) || []).forEach(function (one) {
            if (!all.has(one)) { all.add(one); left.push(one); }
          });
        }
      });
      return all;
    }
    function show(names) {
      nodes.forEach(function (node) {
        node.classList.toggle("dim", names !== null && !names.has(node.its.name));
        node.classList.toggle("chosen", node === chosen);
      });
      edges.forEach(function (edge) {
        edge.classList.toggle("dim", names !== null && !(names.has(edge.its[0]) && names.has(edge.its[1])));
      });
    }
    function choose(node) {
      chosen = node;
      show(node ? family(node.its.name) : only.checked && field.value.trim() ? matching() : null);
    }
    function to(node) {
      choose(node);
      if (mover.getSizes().realZoom < 0.7) { mover.zoomBy(1 / mover.getSizes().realZoom); }
      // by the matrices: what is on the screen follows a frame later
      var frame = svg.querySelector(".svg-pan-zoom_viewport"), box = node.getBBox(), sizes = mover.getSizes();
      var middle = new DOMPoint(box.x + box.width / 2, box.y + box.height / 2).matrixTransform(
        DOMMatrix.fromMatrix(frame.getScreenCTM()).inverse().multiply(DOMMatrix.fromMatrix(node.getScreenCTM())));
      mover.pan({ x: sizes.width / 2 - sizes.realZoom * middle.x, y: sizes.height / 2 - sizes.realZoom * middle.y });
    }
    function matching() {
      var wanted = field.value.trim().toLowerCase();
      return new Set(nodes.filter(function (node) {
        return node.its.text.toLowerCase().indexOf(wanted) >= 0;
      }).map(function (node) { return node.its.name; }));
    }
    function find() {
      var names = field.value.trim() ? matching() : new Set();
      found.textContent = "";
      found.hidden = !names.size;
      list(names).slice(0, MOST).forEach(function (name) {
        var item = document.createElement("li"), button = document.createElement("button");
        button.type = "button";
        button.textContent = named.get(name).its.text.split("\n")[0];
        button.addEventListener("click", function () { to(named.get(name)); });
        item.appendChild(button);
        found.appendChild(item);
      });
      told.textContent = field.value.trim() ? names.size + " of " + nodes.length : "";
      choose(null);
    }
    field.addEventListener("input", find);
    field.addEventListener("keydown", function (event) {
      var first = found.querySelector("button");
      if (event.key === "Enter" && first) { first.click(); }
    });
    only.addEventListener("change", function () { choose(null); });
    picture.addEventListener("click", function (event) {
      var what = event.target.getAttribute && event.target.getAttribute("data-do");
      if (what === "in") { mover.zoomIn(); }
      if (what === "out") { mover.zoomOut(); }
      if (what === "whole") { whole(); }
    });
    svg.addEventListener("click", function (event) {
      var node = event.target.closest("g.node");
      choose(node && node !== chosen ? node : null);
    });
    // the wheel is the page's until the picture has the focus
    view.addEventListener("focus", function () { if (mover) { mover.enableMouseWheelZoom(); } });
    view.addEventListener("blur", function () { if (mover) { mover.disableMouseWheelZoom(); } });
    view.addEventListener("pointerdown", function () { view.focus({ preventScroll: true }); });
    view.addEventListener("keydown", function (event) {
      var by = { ArrowLeft: [STEP, 0], ArrowRight: [-STEP, 0], ArrowUp: [0, STEP], ArrowDown: [0, -STEP] }[event.key];
      if (!mover || event.ctrlKey || event.metaKey || event.altKey) { return; }
      if (by) { mover.panBy({ x: by[0], y: by[1] }); }
      else if (event.key === "+" || event.key === "=") { mover.zoomIn(); }
      else if (event.key === "-") { mover.zoomOut(); }
      else if (event.key === "0" || event.key === "Escape") { whole(); }
      else { return; }
      event.preventDefault();
    });
    window.addEventListener("resize", function () { if (mover && view.clientWidth) { mover.resize(); } });
    window.addEventListener("beforeprint", function () { if (mover && view.clientWidth) { whole(); } });
    var fold = picture.closest("details");
    if (fold) { fold.addEventListener("toggle", begin); }
    begin();
  }
  list(document.querySelectorAll("[data-picture]")).forEach(set_up);
})();
