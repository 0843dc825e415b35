"""Fig. 17b/c: one self-contained page on which people compare edits without knowing which guide made them."""

from __future__ import annotations

import argparse
import base64
import html
import io
import json
import sys
from pathlib import Path
from typing import Any

from engine.evaluation.reporting import Table, common_arguments, finish, folder_for, open_studio
from engine.media.atomic_files import write_file

NAME = "study"
ATTRIBUTE_WORDS = {"rain": "rain", "thunderstorm": "a thunderstorm", "fire": "fire", "snow": "snow", "night": "night",
                   "sunny": "sunny weather", "smiling": "laughing", "neutral": "crying"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the verb."""
    from engine.evaluation.edit_set import edit_arguments

    common_arguments(parser)
    edit_arguments(parser, pictures=3, sounds=1)


def embedded(pixels: Any, quality: int = 88) -> str:
    """uint8 (H, W, 3) as a data URI."""
    from PIL import Image

    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "JPEG", quality=quality)
    return "data:image/jpeg;base64," + base64.b64encode(buffer.getvalue()).decode()


def study_page(questions: list[dict[str, Any]], title: str = "Which picture?") -> str:
    """The page. A question has ``id``, ``words``, ``source`` (data URI), ``choices`` [{kind, picture}] in the order in
    which they were shuffled. Questions come in another order for every visitor; kinds are shown nowhere on the page,
    only written into the results."""
    data = json.dumps(questions).replace("<", "\\u003c")
    return _PAGE.replace("@TITLE@", html.escape(title)).replace("@DATA@", data)


def measure(studio: Any, data: str, out: Path, *, pictures: int = 3, sounds: int = 1, targets: tuple[str, ...] = (),
            steps: int | None = None, fidelity: str = "fast", seed: int = 0) -> tuple[dict[str, Any], dict[str, Table]]:
    """Write ``study.html``; returns how many questions it asks."""
    import numpy as np

    from engine.evaluation.edit_set import choose_edit_set, edited, opened, sources_of

    chosen = choose_edit_set(studio, data, pictures=pictures, sounds=sounds, seed=seed, targets=targets)
    sources, shuffle = sources_of(studio, chosen, fidelity), np.random.default_rng(seed)
    questions: list[dict[str, Any]] = []
    for target in chosen.targets:
        for clip in opened(chosen.sounds[target]):
            for source in sources:
                by_sound = edited(studio, source, sound=clip, steps=steps, seed=seed)
                by_text = edited(studio, source, text=chosen.texts[target], steps=steps, seed=seed)
                choices = [{"kind": kind, "picture": embedded(studio.finish(source, result).srgb())}
                           for kind, result in (("sound", by_sound), ("text", by_text))]
                shuffle.shuffle(choices)
                questions.append({"id": f"{target}/{source.picture.name}/{clip.name}",
                                  "words": ATTRIBUTE_WORDS.get(target, target),
                                  "source": embedded(source.picture.srgb()), "choices": choices})
        print(f"{target} done", file=sys.stderr)
    write_file(out / "study.html", study_page(questions).encode())
    table = Table(["attribute", "questions"])
    for target in chosen.targets:
        table.rows.append([target, sum(q["id"].startswith(target + "/") for q in questions)])
    return {"questions": len(questions), "page": str(out / "study.html"),
            "published": "58.4 % preferred the 2024 edits; realism 4.333 of 5"}, {"study": table}


def run(args: argparse.Namespace) -> dict[str, Any] | int:
    """The verb."""
    out = folder_for(args, NAME)
    report, tables = measure(open_studio(args), args.data, out, pictures=args.pictures, sounds=args.sounds,
                             targets=tuple(args.target), steps=args.steps, fidelity=args.fidelity, seed=args.seed)
    return finish(args, out, NAME, report, tables)


_PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>@TITLE@</title><style>
body{font:16px/1.5 sans-serif;max-width:980px;margin:2em auto;padding:0 1em;color:#222;background:#fafafa}
.row{display:flex;gap:12px;flex-wrap:wrap}figure{margin:0;flex:1;min-width:240px}img{width:100%;border-radius:4px}
fieldset{border:0;padding:0;margin:.4em 0}label{margin-right:.8em;white-space:nowrap}button{font:inherit;padding:.5em 1.4em}
#bar{height:4px;background:#ddd}#bar div{height:4px;background:#36c;width:0}</style>
<h1>@TITLE@</h1><div id="bar"><div></div></div><main id="page">
<p>You will see a picture and two changed versions of it. Choose the one that shows the named thing better, and say how
realistic each looks. Nothing is sent anywhere: at the end you save your answers as a file.</p>
<p><label>Your initials or number: <input id="who"></label></p><button id="start">Start</button></main>
<script>
const QUESTIONS=@DATA@;
const order=QUESTIONS.map((_,i)=>i);for(let i=order.length-1;i>0;i--){const j=Math.floor(Math.random()*(i+1));
[order[i],order[j]]=[order[j],order[i]];}
const page=document.getElementById('page'),rows=[];let at=0,who='',shown=0;
const likert=n=>'<fieldset>How realistic? '+[1,2,3,4,5].map(v=>`<label><input type="radio" name="r${n}" value="${v}">${v}</label>`)
.join('')+'</fieldset>';
function ask(){document.querySelector('#bar div').style.width=(100*at/order.length)+'%';
if(at===order.length){return done();}const q=QUESTIONS[order[at]];shown=Date.now();
page.innerHTML=`<p>${at+1} of ${order.length}. Which one shows <b>${q.words}</b> better?</p><div class="row">
<figure><img src="${q.source}" alt="original"><figcaption>original</figcaption></figure>`+q.choices.map((c,n)=>
`<figure><img src="${c.picture}" alt="version ${n+1}"><figcaption><label><input type="radio" name="best" value="${n}">
version ${n+1} is better</label>${likert(n)}</figcaption></figure>`).join('')+
`</div><p><button id="next">Next</button> <span id="say"></span></p>`;
document.getElementById('next').onclick=()=>{const get=n=>{const e=page.querySelector(`input[name=${n}]:checked`);
return e?Number(e.value):null;};const best=get('best'),a=get('r0'),b=get('r1');
if(best===null||a===null||b===null){document.getElementById('say').textContent='Please answer all three.';return;}
const kinds=q.choices.map(c=>c.kind);rows.push([who,q.id,kinds[best],kinds[0],a,kinds[1],b,Math.round((Date.now()-shown)/1000)]);
at++;ask();};}
function done(){const cell=v=>'"'+String(v).replace(/"/g,'""')+'"';
const csv=['participant,question,better,first,first_realism,second,second_realism,seconds',...rows.map(r=>r.map(cell).join(','))]
.join('\\n')+'\\n';page.innerHTML='<p>Thank you. <a id="save">Save your answers</a> and send the file back.</p>';
const link=document.getElementById('save');link.href=URL.createObjectURL(new Blob([csv],{type:'text/csv'}));
link.download='study_'+(who||'anonymous').replace(/\\W/g,'_')+'.csv';}
document.getElementById('start').onclick=()=>{who=document.getElementById('who').value;ask();};
</script></html>
"""  # noqa: E501
