// SPDX-License-Identifier: MIT
// Script and style of the live page. Only the parts that changed are fetched and put in place; what is
// open, scrolled or has the focus stays so.
#include "serve/pages.hpp"

namespace glia::serve {

const char* const page_style = R"css(
a{color:var(--link)}a:focus-visible,button:focus-visible,input:focus-visible,select:focus-visible,
.wide:focus-visible,pre:focus-visible{outline:2px solid var(--link);outline-offset:2px}
:root{--link:#0b5c96}
@media screen and (prefers-color-scheme:dark){:root{--link:#7cc0f2}}
.state{white-space:nowrap;font-weight:600}
.problem{border-left:4px solid var(--bad);padding:.3rem .8rem;white-space:pre-wrap;overflow-wrap:anywhere}
progress{width:min(24rem,100%);height:.9rem;vertical-align:middle;accent-color:var(--link)}
form{display:flex;flex-wrap:wrap;gap:.6rem 1.2rem;align-items:end;margin:.8rem 0}
input,select,button{font:inherit;color:inherit;background:var(--page);border:1px solid var(--faint);
border-radius:.35rem;padding:.3rem .6rem;min-height:2.2rem}
input[type=number]{width:8rem}
button{cursor:pointer;font-weight:600}
summary{overflow-wrap:anywhere}
#wave-picture{display:block;max-width:100%;min-width:34rem;height:auto;background:#fff}
#wave-picture[hidden]{display:none}
#answers.lost{color:var(--bad);font-weight:600}
h1{overflow-wrap:anywhere}
tbody th{vertical-align:top}
/* Where there is no room for a table, a run is a card: the roles in the page keep it a table. */
@media screen and (max-width:40rem){
.runs{min-width:0}.runs,.runs tbody,.runs caption{display:block}.runs thead{position:absolute;left:-99rem}
.runs tbody tr{display:flex;flex-wrap:wrap;gap:.1rem .9rem;padding:.6rem 0;border-bottom:1px solid var(--rule)}
.runs tbody th{flex:1 0 60%;font-size:1rem}.runs tbody :is(th,td){display:block;padding:0;border:0;min-width:0;
white-space:normal;text-align:left;overflow-wrap:anywhere;max-width:100%}.runs td:empty{display:none}}
@media print{.runs thead{position:static}}
figure{content-visibility:auto;contain-intrinsic-size:auto 24rem}
)css";

const char* const page_script = R"js('use strict';
(() => {
  const here = new URLSearchParams(location.search);
  const token = here.get('token') || '';
  const page = document.getElementById('page');
  const name = page.dataset.name;
  const answers = document.getElementById('answers');
  const withToken = (path) =>
    path + (path.includes('?') ? '&' : '?') + 'token=' + encodeURIComponent(token);

  const say = (text, lost) => {
    if (answers.textContent !== text) answers.textContent = text;
    answers.classList.toggle('lost', !!lost);
  };

  const focusable = 'a,button,input,select,summary,[tabindex]';
  const keep = (part, html) => {
    const nth = (selector) => [...part.querySelectorAll(selector)];
    const open = nth('details').map((d) => d.open);
    const scrolled = nth('.wide,pre').map((w) => [w.scrollLeft, w.scrollTop]);
    const focus = nth(focusable).indexOf(document.activeElement);
    part.innerHTML = html;
    nth('details').forEach((d, i) => { if (open[i]) d.open = true; });
    nth('.wide,pre').forEach((w, i) => {
      if (scrolled[i]) [w.scrollLeft, w.scrollTop] = scrolled[i];
    });
    if (focus >= 0 && nth(focusable)[focus]) nth(focusable)[focus].focus({ preventScroll: true });
  };

  const parts = [...document.querySelectorAll('.part[data-source]')]
    .filter((element) => element.dataset.source)
    .map((element) => ({ element, last: null, busy: false, again: false, wait: 0, timer: 0 }));

  const fetchPart = async (part) => {
    if (part.busy) { part.again = true; return; }
    part.busy = true;
    part.again = false;
    const begun = performance.now();
    let later = 0;
    try {
      const answer = await fetch(withToken(part.element.dataset.source));
      if (answer.ok) {
        const html = await answer.text();
        if (html !== part.last) keep(part.element, html);
        part.last = html;
      }
      if (answer.ok || answer.status === 503) {
        later = Number(answer.headers.get('Retry-After') || 0);
      }
    } catch (error) { /* the event source says so */ }
    part.busy = false;
    // What is large or slow is fetched less often.
    part.wait = Math.max(500, 10 * (performance.now() - begun));
    if (part.again || later) schedule(part, 1000 * later);
  };
  const schedule = (part, least) => {
    if (part.timer) return;
    part.timer = setTimeout(() => { part.timer = 0; fetchPart(part); }, Math.max(least, part.wait));
  };
  const refresh = () => parts.forEach((part) => (part.busy ? (part.again = true) : schedule(part, 0)));

  parts.filter((part) => part.element.querySelector('.later')).forEach(fetchPart);

  let lost = false;
  const connect = () => {
    const events = new EventSource(withToken('/api/events'));
    events.addEventListener('hello', () => {
      say('Live: what changes is shown as it does.');
      if (lost) refresh();
      lost = false;
    });
    events.onmessage = (event) => {
      const names = JSON.parse(event.data);
      if (name === '' || names.includes(name) || names.some((n) => name.startsWith(n + '/')))
        refresh();
    };
    events.onerror = () => {
      lost = true;
      if (events.readyState !== EventSource.CLOSED) {
        say('The server does not answer; trying again.', true);
        return;
      }
      say('The server does not know this page any more: it was started anew. Open the address that '
        + 'it printed.', true);
      events.close();
      setTimeout(connect, 5000);
    };
  };
  connect();

  const form = document.getElementById('wave');
  if (form) form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const said = document.getElementById('wave-said');
    const picture = document.getElementById('wave-picture');
    const button = form.querySelector('button');
    const head = form.elements.head.value, sample = form.elements.sample.value;
    said.textContent = 'Drawing.';
    button.disabled = true;
    try {
      const answer = await fetch(withToken('/api/wave.svg?name=' + encodeURIComponent(name)
        + '&head=' + encodeURIComponent(head) + '&sample=' + encodeURIComponent(sample)));
      if (!answer.ok) throw new Error(await answer.text());
      if (picture.src) URL.revokeObjectURL(picture.src);
      picture.src = URL.createObjectURL(await answer.blob());
      picture.alt = 'The wave of sample ' + sample + ' through head ' + head
        + ': the input, every row of cells, and the answer.';
      picture.hidden = false;
      said.textContent = 'Sample ' + sample + ', head ' + head + '.';
    } catch (error) {
      said.textContent = String(error.message || error);
    }
    button.disabled = false;
    button.focus();
  });
})();
)js";

}  // namespace glia::serve
