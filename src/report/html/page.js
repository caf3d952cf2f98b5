// The page's only script. What it shows comes from the JSON beside it and is set as text, never as markup.
'use strict';
(() => {
  const byId = (id) => document.getElementById(id);
  const SVG = byId('ns').namespaceURI;
  const index = JSON.parse(byId('index').textContent);
  const overview = byId('overview');
  const caseBox = byId('case');
  const main = byId('main');
  const title = document.title;

  // Control characters and those that turn the reading direction are never shown.
  const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]/g;
  const show = (text) => String(text === null || text === undefined ? '' : text).replace(CONTROLS, '');

  function add(parent, kids) {
    for (const kid of kids.flat(Infinity)) {
      if (kid === null || kid === undefined || kid === false) continue;
      parent.append(kid instanceof Node ? kid : show(kid));
    }
    return parent;
  }
  function el(name, attrs, ...kids) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attrs || {})) {
      if (key === 'on') for (const [what, does] of Object.entries(value)) made.addEventListener(what, does);
      else if (value === true) made.setAttribute(key, '');
      else if (value !== false && value !== null) made.setAttribute(key, value);
    }
    return add(made, kids);
  }
  function draw(name, attrs, ...kids) {
    const made = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attrs || {})) made.setAttribute(key, value);
    return add(made, kids);
  }
  // A text of the data: isolated in its reading direction, and folded where it is very long.
  const LONG = 1200;
  function data(text) {
    const shown = show(text);
    if (shown.length <= LONG) return el('bdi', null, shown);
    const fold = el('details', null, el('summary', null, el('bdi', null, shown.slice(0, 160)), ` … (${shown.length} characters)`));
    fold.append(el('bdi', null, shown));
    return fold;
  }
  const bits = (value) => (value === null || value === undefined ? '–' : (value < 0 ? '−' : '+') + Math.abs(value).toFixed(1));
  const words = (name) => show(name).replaceAll('_', ' ');
  const plural = (count, one, many) => `${count} ${count === 1 ? one : many || one + 's'}`;
  const list = (items, kind) => (items && items.length ? el('ul', { class: kind || 'plain' }, items.map((item) => el('li', null, item instanceof Node ? item : data(item)))) : null);
  function table(caption, heads, rows) {
    const head = heads.map((name) => el('th', { scope: 'col', class: name.startsWith('#') ? 'n' : null }, name.replace('#', '')));
    return el('div', { class: 'scroll' }, el('table', null, el('caption', null, caption), el('thead', null, el('tr', null, head)), el('tbody', null, rows)));
  }
  const cell = (kind, ...kids) => el('td', kind ? { class: kind } : null, ...kids);

  // Light and dark.
  const theme = byId('theme');
  const modes = ['auto', 'light', 'dark'];
  theme.addEventListener('click', () => {
    const next = modes[(modes.indexOf(theme.dataset.mode) + 1) % modes.length];
    theme.dataset.mode = next;
    theme.textContent = `Theme: ${next}`;
    if (next === 'auto') document.documentElement.removeAttribute('data-theme');
    else document.documentElement.setAttribute('data-theme', next);
  });
  document.querySelector('.skip').addEventListener('click', (event) => {
    event.preventDefault();
    main.focus();
  });

  // Filters of the lists.
  const find = byId('find');
  if (find) {
    const level = byId('level');
    const family = byId('family');
    const status = byId('found');
    const rows = [...document.querySelectorAll('tr[data-i]')];
    let texts = null;
    const filter = () => {
      texts = texts || index.rows.map((row) => show(row.search).toLowerCase());
      const asked = find.value.trim().toLowerCase().split(/\s+/).filter((word) => word);
      const found = { ring: 0, one_persona: 0, set_aside: 0 };
      for (const row of rows) {
        const at = Number(row.dataset.i);
        const said = texts[at] || '';
        const fits = (!level.value || row.dataset.level === level.value)
          && (!family.value || row.dataset.families.split('|').includes(family.value))
          && asked.every((word) => said.includes(word));
        row.hidden = !fits;
        if (fits) found[row.dataset.kind] += 1;
      }
      status.textContent = `${plural(found.ring, 'ring')}, ${plural(found.one_persona, 'case')} of one persona and ${plural(found.set_aside, 'group')} set aside shown`;
    };
    let waiting = 0;
    find.addEventListener('input', () => {
      clearTimeout(waiting);
      waiting = setTimeout(filter, 60);
    });
    level.addEventListener('change', filter);
    family.addEventListener('change', filter);
    byId('clear').addEventListener('click', () => {
      find.value = '';
      level.value = '';
      family.value = '';
      filter();
      find.focus();
    });
  }

  // The graph of a case.
  const SHAPES = ['person', 'account', 'device', 'shipment', 'site', 'value', 'hub'];
  const STYLES = ['same', 'shared', 'near', 'stated', 'hub'];
  const line = (points) => `M${points.map(([x, y]) => `${x.toFixed(1)} ${y.toFixed(1)}`).join('L')}Z`;
  function shape(kind, x, y, w, h) {
    const [r, b] = [x + w, y + h];
    const box = { class: `box s-${kind}` };
    const rect = (rx) => draw('rect', { ...box, x, y, width: w, height: h, rx });
    const path = (points) => draw('path', { ...box, d: line(points) });
    const dark = (d) => draw('path', { class: `ink-${kind}`, d });
    switch (kind) {
      case 'person':
        return [rect(9), draw('circle', { class: `ink-${kind}`, cx: x + 16, cy: y + h / 2 - 5.5, r: 4.2 }), dark(`M${x + 8.5} ${y + h / 2 + 9}a7.5 8.5 0 0 1 15 0Z`)];
      case 'account':
        return [path([[x, y], [x + 34, y], [x + 38, y + 6], [r, y + 6], [r, b], [x, b]])];
      case 'device':
        return [path([[x + 5, y], [r - 5, y], [r - 5, b - 6], [x + 5, b - 6]]), dark(line([[x + 5, b - 6], [r - 5, b - 6], [r, b], [x, b]]))];
      case 'shipment':
        return [path([[x, y + 6], [x + 6, y], [r, y], [r, b - 6], [r - 6, b], [x, b]]), draw('path', { class: `rim-${kind}`, d: `M${x} ${y + 6}L${r - 6} ${y + 6}L${r} ${y}M${r - 6} ${y + 6}L${r - 6} ${b}` })];
      case 'site':
        return [path([[x, y + 13], [x + w / 2, y], [r, y + 13], [r, b], [x, b]])];
      case 'value':
        return [rect(h / 2)];
      default:
        return [path([[x + 9, y], [r - 9, y], [r, y + 9], [r, b - 9], [r - 9, b], [x + 9, b], [x, b - 9], [x, y + 9]])];
    }
  }
  function vertexOf(v, at) {
    const kind = SHAPES[v.s];
    const [w, h] = [v.w, v.h];
    const [x, y] = [v.x, v.y];
    const middle = x + v.m[0];
    let baseline = y + v.m[1];
    const strong = kind === 'person' || kind === 'site';
    const made = draw('g', { class: `v${strong ? ' strong' : ''}`, tabindex: -1, role: 'img', 'aria-label': show(v.t.join(', ')) });
    if (v.cut) made.append(...shape(kind, x - 4.5, y - 4.5, w + 9, h + 9));
    if (v.n > 1) made.append(...shape(kind, x + 4, y + 4, w, h));
    made.append(...shape(kind, x, y, w, h));
    for (const line of v.l) made.append(draw('text', { class: 'a', x: middle, y: (baseline += 16) }, line));
    for (const line of v.f || []) made.append(draw('text', { class: 'b', x: middle, y: (baseline += 13) }, line));
    if (v.g !== null) {
      made.append(draw('g', { class: 'badge' }, draw('rect', { x: x + w - 13, y: y - 8, width: 22, height: 14, rx: 7 }), draw('text', { x: x + w - 2, y: y + 2.5 }, `O${v.g + 1}`)));
    }
    made.dataset.v = at;
    return made;
  }

  function edgeOf(e, at, labelled) {
    const [[ax, ay], [cx, cy], [bx, by]] = e.q;
    const d = `M${ax} ${ay}Q${cx} ${cy} ${bx} ${by}`;
    const style = STYLES[e.s];
    const made = draw('g', { class: 'e', tabindex: -1, role: 'img', 'aria-label': show(e.t.join(', ')) });
    made.append(draw('path', { class: `pen p-${style}`, d, 'stroke-width': e.w }), draw('path', { class: 'hit', d }));
    if (e.br) {
      // Two ticks across the middle of the curve.
      const [mx, my] = [(ax + 2 * cx + bx) / 4, (ay + 2 * cy + by) / 4];
      const [dx, dy] = [bx - ax, by - ay];
      const length = Math.hypot(dx, dy) || 1;
      const [nx, ny] = [-dy / length, dx / length];
      for (const step of [-2.5, 2.5]) {
        const [px, py] = [mx + (dx / length) * step, my + (dy / length) * step];
        made.append(draw('path', { class: 'tick', d: `M${px - nx * 7} ${py - ny * 7}L${px + nx * 7} ${py + ny * 7}` }));
      }
    }
    made.label = null;
    if (labelled && e.p) {
      const first = e.p[1] - (e.l.length * 13) / 2 + 9.8;
      made.label = draw('text', { class: 'said' }, e.l.map((line, nth) => draw('tspan', { x: e.p[0], y: (first + nth * 13).toFixed(1) }, line)));
    }
    made.dataset.e = at;
    return made;
  }

  function legend(g) {
    const entry = (picture, said) => el('li', null, picture, said);
    const items = g.legend.shapes.map(([kind, said]) => entry(draw('svg', { viewBox: '-2 -2 64 40', 'aria-hidden': 'true' }, shape(SHAPES[kind], 0, 0, 60, 34)), said));
    for (const [style, said] of g.legend.lines) {
      items.push(entry(draw('svg', { viewBox: '0 0 30 18', 'aria-hidden': 'true' }, draw('path', { class: `pen p-${STYLES[style]}`, d: 'M1 9L29 9', 'stroke-width': 2.4 })), said));
    }
    for (const said of g.legend.words) items.push(el('li', null, said));
    return el('ul', { class: 'legend', 'aria-label': 'Legend' }, items);
  }

  function parts(count, links, holds) {
    const up = [...Array(count).keys()];
    const top = (at) => {
      while (up[at] !== at) {
        up[at] = up[up[at]];
        at = up[at];
      }
      return at;
    };
    for (const link of links) if (holds(link)) up[top(link[0])] = top(link[1]);
    const found = new Map();
    for (let at = 0; at < count; at += 1) {
      const root = top(at);
      if (!found.has(root)) found.set(root, []);
      found.get(root).push(at);
    }
    return [...found.values()].sort((a, b) => b.length - a.length || a[0] - b[0]);
  }

  function graph(c) {
    const g = c.graph;
    const scene = draw('g', null);
    const board = draw('svg', { class: 'board', viewBox: `-10 -14 ${g.w + 20} ${g.h + 28}`, tabindex: 0, role: 'group', 'aria-label': 'Graph of the case. Arrow keys move it, plus and minus zoom, 0 fits it, N and P go through its vertices and links, Escape lets go.' }, scene);
    const aside = el('aside', { 'aria-live': 'polite', 'aria-label': 'Evidence' });
    const hint = () => [el('h3', null, 'Evidence'), el('p', { class: 'soft' }, 'Point at a vertex or a link, click it, or go to the graph with Tab and press N (next) or P (previous).'), el('p', { class: 'soft' }, 'Drag or use the arrow keys to move, the wheel or + and − to zoom, 0 to see all.')];
    const crowd = g.edges.filter((e) => e && e.p).length > 60;
    const edges = g.edges.map((e, at) => (e ? edgeOf(e, at, !crowd) : null));
    const vertices = g.vertices.map((v, at) => vertexOf(v, at));
    scene.append(...edges.filter((e) => e), ...vertices, ...edges.filter((e) => e && e.label).map((e) => e.label));
    const beside = g.vertices.map(() => []);
    g.edges.forEach((e, at) => {
      if (!e) return;
      beside[e.a].push(at);
      beside[e.b].push(at);
    });

    // Evidence of what is pointed at, or else of what was chosen.
    let chosen = null;
    const lines = (target) => (target.dataset.v !== undefined ? g.vertices[target.dataset.v].t : g.edges[target.dataset.e].t);
    let lit = [];
    function light(target) {
      for (const each of lit) each.classList.remove('lit');
      lit = [];
      scene.classList.toggle('some', Boolean(target));
      if (!target) {
        aside.replaceChildren(...hint());
        return;
      }
      lit = [target];
      if (target.dataset.v !== undefined) {
        const at = Number(target.dataset.v);
        for (const edge of beside[at]) {
          const e = g.edges[edge];
          lit.push(edges[edge], vertices[e.a === at ? e.b : e.a]);
        }
      } else {
        const e = g.edges[target.dataset.e];
        lit.push(vertices[e.a], vertices[e.b]);
      }
      lit.push(...lit.map((each) => each.label).filter((each) => each));
      for (const each of lit) each.classList.add('lit');
      const [first, ...rest] = lines(target);
      const ends = target.dataset.e === undefined ? null : el('p', null, el('bdi', null, g.vertices[g.edges[target.dataset.e].a].l.join(' ')), ' – ', el('bdi', null, g.vertices[g.edges[target.dataset.e].b].l.join(' ')));
      aside.replaceChildren(...[el('h3', null, data(first || 'link')), ends, list(rest)].filter((each) => each));
    }
    const target = (event) => (event.target.closest ? event.target.closest('.v, .e') : null);
    let drag = null;
    board.addEventListener('pointerover', (event) => {
      if (!drag) light(target(event) || chosen);
    });
    board.addEventListener('pointerleave', () => {
      if (!drag) light(chosen);
    });
    board.addEventListener('focusin', (event) => {
      const to = target(event);
      if (to) light((chosen = to));
    });

    // Moving and zooming, in the units of the graph.
    let [k, x, y] = [1, 0, 0];
    const apply = () => {
      scene.setAttribute('transform', `translate(${x} ${y}) scale(${k})`);
      // Letters that nobody could read cost most of the time that a large graph takes to draw.
      const room = Math.min(board.clientWidth / (g.w + 20), board.clientHeight / (g.h + 28)) || 1;
      scene.classList.toggle('far', 13 * room * k < 4);
    };
    const point = (event) => new DOMPoint(event.clientX, event.clientY).matrixTransform(board.getScreenCTM().inverse());
    function zoom(by, at) {
      const to = Math.min(12, Math.max(0.3, k * by));
      const [px, py] = at ? [at.x, at.y] : [g.w / 2, g.h / 2];
      [x, y, k] = [px - ((px - x) * to) / k, py - ((py - y) * to) / k, to];
      apply();
    }
    function fit() {
      [k, x, y] = [1, 0, 0];
      apply();
    }
    board.addEventListener('wheel', (event) => {
      event.preventDefault();
      zoom(Math.exp(-Math.max(-120, Math.min(120, event.deltaY)) / 400), point(event));
    }, { passive: false });
    board.addEventListener('pointerdown', (event) => {
      if (event.button !== 0) return;
      drag = { from: point(event), x, y, on: target(event), moved: false };
      board.setPointerCapture(event.pointerId);
    });
    board.addEventListener('pointermove', (event) => {
      if (!drag) return;
      const to = point(event);
      if (!drag.moved && Math.hypot(to.x - drag.from.x, to.y - drag.from.y) < 4) return;
      drag.moved = true;
      board.classList.add('held');
      [x, y] = [drag.x + to.x - drag.from.x, drag.y + to.y - drag.from.y];
      apply();
    });
    const letGo = () => {
      if (drag && !drag.moved) {
        chosen = drag.on;
        light(chosen);
      }
      drag = null;
      board.classList.remove('held');
    };
    board.addEventListener('pointerup', letGo);
    board.addEventListener('pointercancel', letGo);
    const order = () => [...vertices, ...edges].filter((each) => each && !each.classList.contains('off'));
    function walk(step) {
      const all = order();
      if (!all.length) return;
      const at = chosen ? all.indexOf(chosen) : -1;
      const next = all[(at < 0 ? (step > 0 ? 0 : all.length - 1) : at + step + all.length) % all.length];
      next.focus({ preventScroll: true });
      const e = next.dataset.e === undefined ? null : g.edges[next.dataset.e];
      const box = e ? null : g.vertices[next.dataset.v];
      const [tx, ty] = e ? e.q[1] : [box.x + box.w / 2, box.y + box.h / 2];
      if (k > 1) {
        [x, y] = [g.w / 2 - tx * k, g.h / 2 - ty * k];
        apply();
      }
    }
    board.addEventListener('keydown', (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const [dx, dy] = [g.w / 12, g.h / 12];
      const keys = {
        ArrowLeft: () => (x += dx), ArrowRight: () => (x -= dx), ArrowUp: () => (y += dy), ArrowDown: () => (y -= dy),
        '+': () => zoom(1.25), '=': () => zoom(1.25), '-': () => zoom(0.8), 0: fit,
        n: () => walk(1), N: () => walk(1), p: () => walk(-1), P: () => walk(-1),
        Escape: () => {
          light((chosen = null));
          board.focus();
        },
      };
      if (!keys[event.key]) return;
      event.preventDefault();
      keys[event.key]();
      apply();
    });

    // Hubs and threshold.
    const status = el('p', { role: 'status', class: 'say', id: 'parts' });
    const named = el('ol', { class: 'parts' });
    const links = c.links.map((l) => [l.left, l.right, l.bits, l.edges]).concat(c.weaker || []);
    const most = Math.max(0, ...links.map((l) => l[2] || 0));
    const hubs = el('input', { type: 'checkbox', id: 'hubs' });
    const range = el('input', { type: 'range', id: 'threshold', min: 0, max: Math.ceil(most) + 1, step: 0.5, value: 0, 'aria-describedby': 'parts' });
    const said = el('output', { for: 'threshold' });
    const tied = new Map();
    links.forEach((l, at) => {
      for (const edge of l[3] || []) {
        if (!tied.has(edge)) tied.set(edge, []);
        tied.get(edge).push(at);
      }
    });
    const persons = new Map();
    c.members.forEach((m, at) => {
      if (m.vertex !== null) persons.set(m.vertex, at);
    });
    function update() {
      const t = Number(range.value);
      said.textContent = `${t.toFixed(1)} bits`;
      const holds = (l) => (l[2] === null ? t <= 0 : l[2] >= t);
      const found = parts(c.members.length, links, holds);
      const many = found.filter((part) => part.length > 1);
      const lone = found.length - many.length;
      const kept = links.filter(holds).length;
      const shown = edges.map((edge, at) => {
        if (!edge) return false;
        const hub = STYLES[g.edges[at].s] === 'hub' && hubs.checked;
        const on = !hub && (!tied.has(at) || tied.get(at).some((link) => holds(links[link])));
        edge.classList.toggle('off', !on);
        if (edge.label) edge.label.classList.toggle('off', !on);
        return on;
      });
      const whole = found.length <= 1;
      const partOf = new Map();
      many.forEach((part, nth) => part.forEach((member) => partOf.set(member, nth)));
      vertices.forEach((vertex, at) => {
        const hub = SHAPES[g.vertices[at].s] === 'hub';
        vertex.classList.toggle('off', hub && hubs.checked);
        const member = persons.get(at);
        const value = !hub && member === undefined && beside[at].length > 0 && !beside[at].some((edge) => shown[edge]);
        vertex.classList.toggle('idle', value);
        vertex.classList.toggle('alone', member !== undefined && !whole && !partOf.has(member));
        for (let nth = 0; nth < 6; nth += 1) vertex.classList.toggle(`part${nth}`, !whole && partOf.has(member) && partOf.get(member) % 6 === nth);
      });
      if (links.length) {
        const apart = [many.length ? `${plural(many.length, 'part')} of two personas and more (${many.slice(0, 12).map((part) => part.length).join(' + ')}${many.length > 12 ? ' + …' : ''})` : '', lone ? `${plural(lone, 'persona')} alone` : ''].filter((each) => each).join(' and ');
        const at = t <= 0 ? `All ${links.length} links` : `At ${t.toFixed(1)} bits and more ${kept} of ${links.length} links`;
        status.textContent = whole ? `${at} hold: the ${plural(c.members.length, 'persona')} are one part.` : `${at} hold: the case falls into ${apart}.`;
        named.replaceChildren(...(whole ? [] : many.slice(0, 12).map((part, nth) => el('li', { class: `key${nth % 6}` }, part.slice(0, 12).map((member, i) => [i ? ', ' : '', el('bdi', null, c.members[member].name)]), part.length > 12 ? ` and ${part.length - 12} more` : ''))));
      }
    }
    let asked = 0;
    range.addEventListener('input', () => {
      cancelAnimationFrame(asked);
      asked = requestAnimationFrame(update);
    });
    hubs.addEventListener('change', update);
    const press = (id, name, does) => el('button', { type: 'button', id, on: { click: does } }, name);
    const bar = el('div', { class: 'bar' },
      press('zoom-in', 'Zoom in', () => zoom(1.25)), press('zoom-out', 'Zoom out', () => zoom(0.8)), press('fit', 'Fit', fit),
      g.hubs ? el('label', null, hubs, 'Hide hubs') : null,
      links.length ? el('label', null, 'Hide links below', range, said) : null);
    light(null);
    update();
    const untied = links.length && g.left_out ? el('p', { class: 'soft' }, 'The picture is summarised, so the threshold moves the words below it alone.') : null;
    return {
      fit,
      apply,
      print: () => {
        fit();
        scene.classList.remove('far');
      },
      box: el('section', { 'aria-labelledby': 'h-graph' }, el('h2', { id: 'h-graph' }, 'Graph'), g.left_out ? el('p', null, `Summarised: ${show(g.left_out)}`) : null, untied,
        bar, links.length ? status : null, el('div', { class: 'graph' }, board, aside), named, legend(g)),
    };
  }

  // The tables of a case.
  const OF = { ring: 'Ring', one_persona: 'Case of one persona', set_aside: 'Group set aside' };
  function section(id, name, ...kids) {
    return el('section', { 'aria-labelledby': `h-${id}` }, el('h2', { id: `h-${id}` }, name), ...kids);
  }
  const who = (c, at) => {
    const m = c.members[at];
    if (!m) return '';
    return m.name === m.persona ? el('bdi', null, m.persona) : [el('bdi', null, m.name), ' ', el('span', { class: 'soft' }, `(${show(m.persona)})`)];
  };
  function termWords(term) {
    if (term.kind === 'prior') return 'prior: two personas picked at random';
    if (term.kind === 'innocent explanation') return `innocent explanation: ${words(term.how)}`;
    return term.how === 'same' ? `same ${words(term.kind)}` : `${words(term.kind)}: ${show(term.how)}`;
  }
  // Each bar begins where the one before it ended; the last is the sum.
  function waterfall(link) {
    let sum = 0;
    const steps = link.terms.map((term) => {
      const from = sum;
      sum += term.counted;
      return [from, sum];
    });
    const low = Math.min(0, ...steps.flat());
    const high = Math.max(0.1, ...steps.flat());
    const at = (value) => ((value - low) / (high - low || 1)) * 196 + 2;
    const bar = (from, to, kind) => draw('svg', { class: 'fall', viewBox: '0 0 200 14', preserveAspectRatio: 'none', 'aria-hidden': 'true' },
      draw('line', { x1: at(0), x2: at(0), y1: 0, y2: 14 }),
      draw('rect', { class: kind, x: Math.min(at(from), at(to)), y: 2, width: Math.max(1, Math.abs(at(to) - at(from))), height: 10 }));
    const values = (term) => (term.left ? (term.how === 'same' || !term.right ? data(term.left) : [data(term.left), ' ~ ', data(term.right)]) : '');
    const rows = link.terms.map((term, nth) => el('tr', null,
      cell('', termWords(term), term.note ? [' (', data(term.note), ')'] : null),
      cell('', values(term)),
      cell('n', term.holders ? term.holders : ''),
      cell('', list([...term.left_cells, ...term.right_cells], 'cells')),
      cell('n', bits(term.counted)),
      cell('w', bar(...steps[nth], term.counted < 0 ? 'minus' : 'plus'))));
    rows.push(el('tr', null, el('th', { scope: 'row' }, 'sum'), cell(), cell(), cell(), cell('n', link.bits === null ? 'a place alone' : bits(link.bits)), cell('w', bar(0, sum, 'total'))));
    return table('What each reason adds, in bits', ['Reason', 'Value', '#Holders', 'Source cells', '#Adds', 'Waterfall'], rows);
  }
  function evidence(c) {
    if (!c.links.length) return null;
    const most = Math.max(1, ...c.links.map((l) => l.bits || 0));
    const rows = [];
    const openers = [];
    c.links.forEach((l, at) => {
      const more = el('tr', { class: 'more', id: `terms-${at}`, hidden: true }, el('td', { colspan: 5 }));
      const button = el('button', { type: 'button', class: 'small', 'aria-expanded': 'false', 'aria-controls': `terms-${at}` }, 'Terms');
      const open = (on) => {
        if (on && !more.firstChild.firstChild) {
          const apart = l.falls_apart.length ? el('p', null, 'Without this link fall off: ', l.falls_apart.slice(0, 20).map((m, i) => [i ? ', ' : '', who(c, m)])) : null;
          add(more.firstChild, [apart, waterfall(l)]);
        }
        more.hidden = !on;
        button.setAttribute('aria-expanded', String(on));
      };
      button.addEventListener('click', () => open(more.hidden));
      openers.push(open);
      const reasons = l.terms.filter((t) => t.kind !== 'prior' && (t.counted >= 0.5 || l.bits === null)).map(termWords);
      const holds = [l.bridge ? 'bridge: the ring falls apart without it' : '', l.spanning && !l.bridge ? 'one of the strongest that connect all' : '', l.rule === 'site' ? 'through a place alone' : ''].filter((each) => each).join('; ');
      rows.push(el('tr', null,
        cell('', who(c, l.left), ' – ', who(c, l.right)),
        cell('n', bits(l.bits)),
        cell('w', draw('svg', { class: 'weigh', viewBox: '0 0 100 10', preserveAspectRatio: 'none', 'aria-hidden': 'true' }, draw('rect', { x: 0, y: 1, height: 8, width: (Math.max(0, l.bits || 0) / most) * 100 }))),
        cell('wide', reasons.join(', '), holds ? el('div', { class: 'soft' }, holds) : null),
        cell('w', button)), more);
    });
    const weaker = (c.weaker || []).length;
    const all = el('button', { type: 'button', id: 'all-terms', class: 'screen', on: { click: () => {
      const on = all.dataset.on !== 'yes';
      all.dataset.on = on ? 'yes' : '';
      all.textContent = on ? 'Hide all terms' : 'Show all terms';
      openers.forEach((open) => open(on));
    } } }, 'Show all terms');
    return section('links', 'Evidence between personas',
      el('p', { class: 'soft' }, 'Bits are the log2 of the odds that one hand stands behind both, prior included. Shared attributes are not proof of identity.'),
      weaker ? el('p', null, `${plural(weaker, 'weaker link')} of the case are counted above and not listed here; samehand report ${show(c.id)} lists more.`) : null,
      el('p', null, all), table(`${plural(c.links.length, 'link')}, strongest first`, ['Between', '#Bits', '', 'Through', ''], rows));
  }
  function findings(c) {
    if (!c.findings.length) return null;
    const rows = c.findings.map((f) => el('tr', f.guard ? { class: 'guarded' } : null,
      cell('w', f.indicator, el('div', { class: 'soft' }, words(f.strength))),
      cell('wide', el('b', null, words(f.name)), el('div', null, data(f.finding)),
        f.first ? el('div', { class: 'soft' }, f.last && f.last !== f.first ? `${show(f.first)} to ${show(f.last)}` : f.first) : null,
        f.guard ? el('p', { class: 'consider' }, `Explained by ${words(f.guard)}: `, data(f.guard_reason), ' It is shown and does not count.') : null),
      cell('', f.members.slice(0, 12).map((m, i) => [i ? ', ' : '', who(c, m)]), f.members.length > 12 ? ` and ${f.members.length - 12} more` : ''),
      cell('wide', f.also_consider),
      cell('', f.source),
      cell('', list(f.cells, 'cells'))));
    return section('findings', 'Findings', table('What indicators said. An innocent reading stands beside each.', ['Indicator', 'What was seen', 'Who', 'Also consider', 'Source', 'Source cells'], rows));
  }
  function roles(c) {
    if (!c.roles.length) return null;
    const rows = c.roles.map((r) => el('tr', null, cell('w', `${words(r.role)}?`), cell('', data(r.who)), cell('wide', data(r.evidence), list(r.cells, 'cells')), cell('wide', r.also_consider)));
    return section('roles', 'Roles, as hypotheses', table('Who may play which part', ['Role', 'Who', 'Evidence', 'Also consider'], rows));
  }
  function members(c) {
    const cells = c.rows_have_cells;
    const rows = c.members.map((m) => el('tr', null,
      cell('w', el('bdi', null, m.persona), m.known ? el('div', null, 'known, by the config') : null),
      cell('', data(m.name), m.other_names.length ? el('div', { class: 'soft' }, 'also ', m.other_names.map((name, i) => [i ? ', ' : '', data(name)])) : null),
      cell('w', m.operator === null ? '' : `O${m.operator + 1}`),
      cell('wide', el('details', { open: m.rows.length <= 3 }, el('summary', null, plural(m.rows.length, 'record')),
        el('ul', { class: 'plain' }, m.rows.map((at) => {
          const row = c.rows[at];
          const line = [words(row.kind), ' ', el('bdi', null, row.record), el('span', { class: 'soft' }, ` ${show(row.file)} row ${row.row}`)];
          if (!cells) return el('li', null, line);
          return el('li', null, el('details', null, el('summary', null, line), table('What was read from it', ['Column', 'Kind', 'As delivered', 'As linked', 'Holds'], row.cells.map((each) => el('tr', null,
            cell('', data(each.columns)), cell('', words(each.kind), each.role && each.role !== 'own' ? ` (${words(each.role)})` : ''), cell('', data(each.raw)), cell('', data(each.value)),
            cell('w', [each.valid_from, each.valid_to].some((day) => day) ? `${show(each.valid_from) || '…'} to ${show(each.valid_to) || '…'}` : ''))))));
        }))))));
    return section('members', 'Members', table(plural(c.members.length, 'persona'), ['Persona', 'Names', 'Operator cluster', 'Records'], rows));
  }
  function timeline(c) {
    if (!c.timeline.length) return null;
    const more = c.timeline_total - c.timeline.length;
    const rows = c.timeline.map((e) => el('tr', null, cell('w', e.when), cell('', who(c, e.member)), cell('wide', data(e.what), e.times > 1 ? ` (${e.times} times)` : ''), cell('', data(e.record)), cell('', data(e.cell))));
    return section('timeline', 'Timeline', more > 0 ? el('p', null, `The first ${c.timeline.length} of ${c.timeline_total} entries; samehand report ${show(c.id)} shows more.`) : null,
      table(plural(c.timeline.length, 'entry', 'entries'), ['When', 'Who', 'What', 'Record', 'Source cell'], rows));
  }
  function hubs(c) {
    if (!c.hubs.length) return null;
    const rows = c.hubs.map((h) => el('tr', null, cell('w', words(h.kind)), cell('', data(h.value)), cell('n', h.members), cell('n', h.holders), cell('wide', data(h.reason))));
    return section('hubs', 'Hubs that it touches', table('Widely used values; they have little or no power to link', ['Kind', 'Value', '#Of this case', '#Personas in all', 'Why'], rows));
  }

  let shown = null;
  function openCase(id) {
    const at = index.rows.findIndex((row) => row.id === id);
    const c = JSON.parse(byId(`c-${id}`).textContent);
    shown = graph(c);
    const open = index.rows.filter((row) => row.open && row.kind === index.rows[at].kind);
    const nth = open.findIndex((row) => row.id === id);
    const step = (to, name, key) => (open[to] ? el('a', { href: `#${open[to].id}`, rel: key }, name) : null);
    const heading = el('h1', { tabindex: -1 }, `${OF[c.kind]} ${show(c.id)}`);
    const facts = [c.rank ? `rank ${c.rank}` : '', c.kind === 'set_aside' ? '' : `${bits(c.weight_bits)} bits`, c.families.length ? `${c.families.length === 1 ? '1 family' : 'families'}: ${c.families.join(', ')}` : '', plural(c.members.length, 'persona'), `run ${show(index.run)}`, index.redaction ? `redaction: ${index.redaction}` : ''].filter((each) => each).join(' · ');
    caseBox.replaceChildren(...[
      index.single ? null : el('p', { class: 'crumbs' }, el('a', { href: '#rings' }, '← All cases'), step(nth - 1, 'Previous', 'prev'), step(nth + 1, 'Next', 'next')),
      heading,
      el('p', { class: 'facts' }, el('span', { class: `level ${c.level === 'priority' ? 'priority' : ''}` }, c.level), ' ', facts),
      el('p', null, data(c.reason)),
      c.guard ? el('p', { class: 'say' }, `Set aside by the guard “${words(c.guard)}”. `, c.overrides ? ['It would be overridden by: ', data(c.overrides)] : '') : null,
      section('against', 'What speaks against it or counts less', c.against.length ? list(c.against) : el('p', { class: 'soft' }, 'Nothing was found in these data. That is no sign of anything: what the data lack cannot speak.')),
      shown.box, members(c), evidence(c), findings(c), roles(c), timeline(c), hubs(c)].filter((each) => each));
    overview.hidden = true;
    caseBox.hidden = false;
    document.title = `${OF[c.kind]} ${show(c.id)} · ${title}`;
    shown.apply();
    window.scrollTo({ top: 0, behavior: 'instant' });
    heading.focus({ preventScroll: true });
  }
  const opens = new Set(index.rows.filter((row) => row.open).map((row) => row.id));
  let from = '';
  function go() {
    let id = '';
    try {
      id = decodeURIComponent(location.hash.slice(1));
    } catch (error) {
      id = '';
    }
    if (index.single) id = index.rows[0].id;
    if (opens.has(id)) {
      openCase(id);
      from = id;
      return;
    }
    if (caseBox.hidden) return;
    caseBox.hidden = true;
    caseBox.replaceChildren();
    shown = null;
    overview.hidden = false;
    document.title = title;
    const link = from && id === 'rings' ? overview.querySelector(`a[href="#${CSS.escape(from)}"]`) : null;
    const to = link || byId(id) || main;
    to.scrollIntoView({ block: link ? 'center' : 'start', behavior: 'instant' });
    if (link) link.focus({ preventScroll: true });
  }
  window.addEventListener('hashchange', go);
  window.addEventListener('beforeprint', () => {
    if (shown) shown.print();
  });
  document.documentElement.classList.add('script');
  go();
})();
