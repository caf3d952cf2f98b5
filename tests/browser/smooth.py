"""Measures how smooth a page is in headless Chromium: smooth.py PAGE.

Prints milliseconds from opening the file to its lists, from a click on the largest case to its graph, and per frame while the
graph is zoomed and while its threshold moves. A measurement, not a test: it depends on the machine.
"""

import json
import pathlib
import sys
import tempfile

from selenium import webdriver

FRAMES = """
const done = arguments[0]; const times = []; let at = null; let nth = 0;
const range = document.getElementById('threshold'); const board = document.querySelector('.board');
const one = (now) => {
  if (at !== null) times.push(now - at);
  at = now;
  if (nth++ === 60) return done(times.sort((a, b) => a - b));
  KIND
  requestAnimationFrame(one);
};
requestAnimationFrame(one);
"""
ZOOM = "board.dispatchEvent(new WheelEvent('wheel', {deltaY: nth % 2 ? -90 : 80, clientX: 500, clientY: 400, cancelable: true, bubbles: true}));"
SLIDE = "range.value = (nth * Number(range.max)) / 60; range.dispatchEvent(new Event('input', {bubbles: true}));"

with tempfile.TemporaryDirectory() as profile:
    options = webdriver.ChromeOptions()
    for flag in ["--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
                 "--disable-component-update", "--disable-sync", "--window-size=1400,1000", f"--user-data-dir={profile}"]:
        options.add_argument(flag)
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService("/usr/bin/chromedriver") if pathlib.Path("/usr/bin/chromedriver").exists() else None)
    try:
        driver.get(pathlib.Path(sys.argv[1]).resolve().as_uri())
        timing = driver.execute_script("const t = performance.getEntriesByType('navigation')[0]; return [t.domContentLoadedEventEnd, t.loadEventEnd]")
        print(f"from opening to lists: {timing[0]:.0f} ms")
        rows = json.loads(driver.execute_script("return document.getElementById('index').textContent"))["rows"]
        sizes = driver.execute_script("return arguments[0].map((id) => JSON.parse(document.getElementById('c-' + id).textContent).graph.vertices.length)", [row["id"] for row in rows if row["open"]])
        open_rows = [row["id"] for row in rows if row["open"]]
        largest = max(zip(sizes, open_rows))
        took = driver.execute_async_script(
            "const done = arguments[1]; const at = performance.now(); document.querySelector(`a[href='#${arguments[0]}']`).click();"
            "addEventListener('hashchange', () => requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now() - at))), {once: true});", largest[1])
        print(f"{len(rows)} cases; from a click to a graph of {largest[0]} vertices: {took:.0f} ms")
        for name, kind in [("zoom", ZOOM), ("threshold", SLIDE)]:
            times = driver.execute_async_script(FRAMES.replace("KIND", kind))
            print(f"{name}: {times[len(times) // 2]:.0f} ms a frame (median), {times[-1]:.0f} ms the slowest of {len(times)}")
        took = driver.execute_async_script(
            "const done = arguments[0]; location.hash = '#rings'; addEventListener('hashchange', () => { const at = performance.now();"
            "document.getElementById('find').value = 'person 3'; document.getElementById('find').dispatchEvent(new Event('input'));"
            "new MutationObserver(() => done(performance.now() - at)).observe(document.getElementById('found'), {childList: true}); }, {once: true});")
        print(f"search: {took:.0f} ms, of which it waits 60 for the next key")
    finally:
        driver.quit()
