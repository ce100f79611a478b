// SPDX-License-Identifier: MIT
#include "picture/wave_drawing.hpp"
#include "report/svg.hpp"

#include <fmt/format.h>

namespace glia::picture {
namespace {

constexpr const char* layout = R"css(
body{margin:0;font:16px/1.5 system-ui,'DejaVu Sans',sans-serif;background:#fff;color:#1d2126}
main{max-width:60rem;margin:0 auto;padding:1rem}
svg{display:block;width:100%;height:auto}
.row,.way{transition:opacity .25s}.row.dark,.way.dark{opacity:.07}
.bar-of-tools{display:flex;gap:.8rem;align-items:center;margin:.5rem 0;position:sticky;top:0;background:#fff;padding:.4rem 0}
input[type=range]{flex:1;min-width:6rem}
button{font:inherit;padding:.2rem .9rem;min-width:5.5rem}
@media (prefers-reduced-motion:reduce){.row,.way{transition:none}}
)css";

constexpr const char* script = R"js(
const rows=[...document.querySelectorAll('[data-frame]')],ways=[...document.querySelectorAll('.way')],
slider=document.querySelector('input'),last=+slider.max,
play=document.querySelector('button'),said=document.querySelector('output');let timer=0;
function show(){const at=+slider.value;rows.forEach(r=>r.classList.toggle('dark',+r.dataset.frame>at));
ways.forEach(w=>w.classList.toggle('dark',at<last));
said.textContent=rows.find(r=>+r.dataset.frame===at).dataset.name}
function stop(){clearInterval(timer);timer=0;play.textContent='Play'}
play.addEventListener('click',()=>{if(timer)return stop();if(+slider.value===last)slider.value=0;show();
play.textContent='Pause';timer=setInterval(()=>{slider.value=+slider.value+1;show();
if(+slider.value===last)stop()},400)});
slider.addEventListener('input',()=>{stop();show()});show();
)js";

}  // namespace

std::string wave_page(const Wave& wave) {
  const WaveDrawing drawn = draw_wave(wave);
  const std::string last = std::to_string(drawn.frames.size() - 1);
  return fmt::format(
      "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta "
      "name=\"viewport\" "
      "content=\"width=device-width,initial-scale=1\">\n<title>{}</title>\n<style>{}{}</style>\n</"
      "head>\n<body>\n<main>\n<div class=\"bar-of-tools\"><button "
      "type=\"button\">Play</button><input type=\"range\" min=\"0\" max=\"{}\" value=\"{}\" "
      "aria-label=\"Row up to which the wave has "
      "come\"><output></output></div>\n{}</main>\n<script>{}</script>\n</body>\n</html>\n",
      report::escaped("Wave: " + wave.title), layout, report::figure_style(false), last, last,
      drawn.drawing.embedded(), script);
}

}  // namespace glia::picture
