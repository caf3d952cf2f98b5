"""Opens the page of a run in headless Chromium and tries every control: report.py PAGE CASE-PAGE [PICTURES].

PAGE is the page of a run, CASE-PAGE that of one case. Says one line a step and ends with "all steps held"; the first step
that does not hold ends it with a message. With PICTURES a folder gets screenshots and a PDF to look at. Nothing is loaded
but the two files: whatever else the page asks for would be a violation of its policy, and the browser's log is read for those.
"""

import base64
import json
import pathlib
import sys
import tempfile
import time

from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

PAGE, CASE_PAGE = (pathlib.Path(arg).resolve().as_uri() for arg in sys.argv[1:3])
PICTURES = pathlib.Path(sys.argv[3]) if len(sys.argv) > 3 else None


def browser(profile, dark=False):
    options = webdriver.ChromeOptions()
    for flag in [
        "--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
        "--disable-component-update", "--disable-sync", "--window-size=1400,1000", f"--user-data-dir={profile}",
    ]:
        options.add_argument(flag)
    if dark:
        options.add_argument("--blink-settings=preferredColorScheme=0")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    return webdriver.Chrome(options=options, service=webdriver.ChromeService("/usr/bin/chromedriver") if pathlib.Path("/usr/bin/chromedriver").exists() else None)


def step(name, holds, *seen):
    if not holds:
        sys.exit(f"{name}: does not hold {seen}")
    print(f"{name}: holds", *seen)


with tempfile.TemporaryDirectory() as profile:
    driver = browser(profile)
    try:
        find = lambda css: driver.find_element(By.CSS_SELECTOR, css)
        every = lambda css: driver.find_elements(By.CSS_SELECTOR, css)
        run = driver.execute_script
        violations = "window.violations = []; document.addEventListener('securitypolicyviolation', (event) => window.violations.push(event.violatedDirective + ' ' + event.blockedURI));"
        driver.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": violations})

        def settle():
            # Two frames: what a handler asked for is drawn.
            driver.execute_async_script("requestAnimationFrame(() => requestAnimationFrame(arguments[0]))")

        def click(control):
            # In the middle of the window, where the header does not stand over it.
            run("arguments[0].scrollIntoView({block: 'center', behavior: 'instant'})", control)
            control.click()

        def picture(name):
            if PICTURES:
                PICTURES.mkdir(parents=True, exist_ok=True)
                driver.save_screenshot(str(PICTURES / f"{name}.png"))

        def pdf(name):
            if PICTURES:
                made = driver.execute_cdp_cmd("Page.printToPDF", {"printBackground": True, "paperWidth": 8.27, "paperHeight": 11.69})
                (PICTURES / f"{name}.pdf").write_bytes(base64.b64decode(made["data"]))

        shown = lambda css: [each for each in every(css) if each.is_displayed()]
        drawn = lambda: len(every(".board .v:not(.off)")), len(every(".board .e:not(.off)"))

        began = time.monotonic()
        driver.get(PAGE)
        step("the page loads", "samehand" in driver.title and find("#summary").is_displayed(), f"{time.monotonic() - began:.2f} s")
        picture("overview")
        pdf("overview")

        # Filters.
        rows = every("#rings tbody tr")
        step("rings are listed", len(rows) >= 1, len(rows))
        level = rows[0].get_attribute("data-level")
        other = [option.get_attribute("value") for option in every("#level option") if option.get_attribute("value") not in ("", level)]
        run("arguments[0].value = arguments[1]; arguments[0].dispatchEvent(new Event('change'))", find("#level"), level)
        step("the level filter keeps that level alone", {row.get_attribute("data-level") for row in shown("#rings tbody tr")} == {level}, level)
        for name in other:
            run("arguments[0].value = arguments[1]; arguments[0].dispatchEvent(new Event('change'))", find("#level"), name)
            step("and another one none of these", level not in {row.get_attribute("data-level") for row in shown("tr[data-i]")}, name)
        click(find("#clear"))
        step("clear shows all again", len(shown("#rings tbody tr")) == len(rows))
        family = rows[0].get_attribute("data-families").split("|")[0]
        run("arguments[0].value = arguments[1]; arguments[0].dispatchEvent(new Event('change'))", find("#family"), family)
        step("the family filter keeps rings of that family", all(family in row.get_attribute("data-families").split("|") for row in shown("#rings tbody tr")), family)
        click(find("#clear"))
        index = json.loads(run("return document.getElementById('index').textContent"))
        ring = next(row for row in index["rows"] if row["kind"] == "ring" and row["open"])
        find("#find").send_keys(ring["id"])
        time.sleep(0.2)
        step("search finds a ring by its id", [row.get_attribute("data-i") for row in shown("#rings tbody tr")] == [str(index["rows"].index(ring))], ring["id"])
        step("and says how many it shows", "1 ring," in find("#found").text, find("#found").text)
        click(find("#clear"))
        names = find("#rings tbody tr td.wide").text.split(",")[0].split()
        if names:
            find("#find").send_keys(names[0])
            time.sleep(0.2)
            step("search finds a ring by a name", rows[0].is_displayed(), names[0])
            find("#find").send_keys(Keys.CONTROL, "a")
            find("#find").send_keys("no such text anywhere")
            time.sleep(0.2)
            step("and by nonsense none", not shown("tr[data-i]"))
        click(find("#clear"))

        # Themes.
        ground = lambda: run("return getComputedStyle(document.body).backgroundColor")
        light = ground()
        click(find("#theme"))
        click(find("#theme"))
        step("the switch turns the page dark", find("#theme").text == "Theme: dark" and ground() != light, ground())
        picture("overview-dark")
        click(find("#theme"))
        step("and back", ground() == light)

        # A case: of all rings the one with most members, so that there is something to fall apart.
        largest = max((row for row in index["rows"] if row["kind"] == "ring" and row["open"]),
                      key=lambda row: len(json.loads(run("return document.getElementById('c-' + arguments[0]).textContent", row["id"]))["members"]))
        first = find(f"a[href='#{largest['id']}']")
        began = time.monotonic()
        run("arguments[0].click()", first)
        settle()
        step("a ring opens", largest["id"] in find("#case h1").text and not find("#overview").is_displayed(), f"{(time.monotonic() - began) * 1000:.0f} ms", f"{len(every('.board .v'))} vertices")
        step("and has the focus", run("return document.activeElement.tagName") == "H1")
        picture("ring")
        pdf("ring")
        for heading in ["h-graph", "h-members", "h-links"]:
            step(f"it has {heading}", len(every(f"#{heading}")) == 1)
        transform = lambda: run("return document.querySelector('.board > g').getAttribute('transform')")
        at = transform()
        for button in ["zoom-in", "zoom-out"]:
            click(find(f"#{button}"))
            step(f"{button} moves the graph", transform() != at, transform())
            at = transform()
        click(find("#fit"))
        step("fit puts it back", transform() == "translate(0 0) scale(1)")
        board = find(".board")
        run("arguments[0].focus()", board)
        for key in [Keys.ARROW_LEFT, Keys.ARROW_DOWN, "+", "-"]:
            at = transform()
            driver.switch_to.active_element.send_keys(key)
            step("a key moves the graph", transform() != at, transform())
        driver.switch_to.active_element.send_keys("0")
        step("0 fits it", transform() == "translate(0 0) scale(1)")
        driver.switch_to.active_element.send_keys("n")
        told = find(".graph aside").text
        step("n goes to a vertex and tells its evidence", "Point at" not in told and len(every(".board .lit")) > 0, told.split("\n")[:2])
        driver.switch_to.active_element.send_keys("n")
        step("and to the next", find(".graph aside").text != told)
        driver.switch_to.active_element.send_keys(Keys.ESCAPE)
        step("escape lets go", "Point at" in find(".graph aside").text and not every(".board .lit"))
        run("document.querySelector('.board .e').dispatchEvent(new PointerEvent('pointerover', {bubbles: true}))")
        step("hovering a link tells its evidence", "Point at" not in find(".graph aside").text, find(".graph aside").text.split("\n")[:3])
        run("document.querySelector('.board').dispatchEvent(new PointerEvent('pointerleave'))")
        at = transform()
        run("document.querySelector('.board').dispatchEvent(new WheelEvent('wheel', {deltaY: -100, clientX: 400, clientY: 500, bubbles: true, cancelable: true}))")
        step("the wheel zooms", transform() != at)
        click(find("#fit"))
        box = board.rect
        actions = webdriver.ActionChains(driver)
        run("document.querySelector('.board').scrollIntoView({block: 'center', behavior: 'instant'})")
        actions.move_to_element_with_offset(board, int(-box["width"] / 2) + 12, int(-box["height"] / 2) + 12).click_and_hold().move_by_offset(60, 40).release().perform()
        step("dragging pans", transform() not in (None, "translate(0 0) scale(1)"), transform())
        click(find("#fit"))

        # Threshold.
        said = find("#parts").text
        step("words count the links at first", said.startswith("All "), said)
        edges = len(every(".board .e:not(.off)"))
        slide = "arguments[0].value = arguments[1]; arguments[0].dispatchEvent(new Event('input', {bubbles: true}))"
        top = find("#threshold").get_attribute("max")
        data = json.loads(run("return document.getElementById('c-' + arguments[0]).textContent", largest["id"]))
        links = [(l["left"], l["right"], l["bits"]) for l in data["links"]] + [tuple(w[:3]) for w in data["weaker"]]

        def parts(threshold):
            up = list(range(len(data["members"])))

            def root(at):
                while up[at] != at:
                    at = up[at]
                return at

            kept = [l for l in links if (l[2] >= threshold if l[2] is not None else threshold <= 0)]
            for left, right, _ in kept:
                up[root(left)] = root(right)
            sizes = {}
            for at in range(len(up)):
                sizes[root(at)] = sizes.get(root(at), 0) + 1
            return len(kept), sum(size > 1 for size in sizes.values()), sum(size == 1 for size in sizes.values())

        for threshold in [float(top) / 3, float(top) * 2 / 3, float(top)]:
            threshold = round(threshold * 2) / 2
            run(slide, find("#threshold"), threshold)
            settle()
            words = find("#parts").text
            kept, many, lone = parts(threshold)
            expected = [f"{kept} of {len(links)} links hold"]
            if many + lone > 1:
                expected += [f"{many} part"] * bool(many) + [f"{lone} persona"] * bool(lone)
            step("the threshold counts the parts rightly", all(each in words for each in expected), threshold, words)
            if threshold == round(float(top) * 4 / 3) / 2:
                picture("ring-threshold")
        step("above all links no shared value is drawn", len(every(".board .e:not(.off)")) < edges, edges, len(every(".board .e:not(.off)")))
        find("#threshold").send_keys(Keys.HOME)
        settle()
        step("the keyboard takes it back", find("#parts").text == said and len(every(".board .e:not(.off)")) == edges)
        if every("#hubs[type=checkbox]"):
            click(find("#hubs[type=checkbox]"))
            step("hubs can be hidden", not shown(".board .v .s-hub") and len(every(".board .v.off")) >= 1)
            click(find("#hubs[type=checkbox]"))
            step("and shown", not every(".board .v.off"))

        # Evidence.
        opener = find("button[aria-controls='terms-0']")
        click(opener)
        step("terms open", opener.get_attribute("aria-expanded") == "true" and find("#terms-0").is_displayed() and len(every("#terms-0 svg.fall")) >= 2, len(every("#terms-0 tbody tr")))
        adds = [cell.text for cell in every("#terms-0 tbody tr td.n:nth-child(5)")]
        number = lambda text: float(text.replace("−", "-"))
        if adds and "place" not in adds[-1]:
            step("terms add up to the link", abs(sum(map(number, adds[:-1])) - number(adds[-1])) < 0.06 * len(adds), adds)
        run("arguments[0].scrollIntoView({block: 'center', behavior: 'instant'})", opener)
        picture("waterfall")
        click(opener)
        step("and close", not find("#terms-0").is_displayed())
        click(find("#all-terms"))
        step("all terms open at once", all(row.is_displayed() for row in every("tr.more")))
        click(find("#all-terms"))
        step("and close at once", not any(row.is_displayed() for row in every("tr.more")))
        click(find("#theme"))
        click(find("#theme"))
        run("window.scrollTo({top: 0, behavior: 'instant'})")
        picture("ring-dark")
        click(find("#theme"))

        # Ways.
        following = every("a[rel=next]")
        if following:
            at = find("#case h1").text
            click(following[0])
            settle()
            step("next goes on", find("#case h1").text != at, find("#case h1").text)
            driver.back()
            settle()
            step("the browser's own way back works", find("#case h1").text == at)
        click(find(".crumbs a"))
        settle()
        step("the way back leads to the list", find("#overview").is_displayed() and not find("#case").is_displayed())
        step("and to the ring that was left", run("return document.activeElement.getAttribute('href')") == f"#{largest['id']}")
        driver.get(f"{PAGE}#not-a-case")
        step("an address that is none shows the lists", find("#overview").is_displayed())
        driver.get("about:blank")
        driver.get(PAGE)
        find("body").send_keys(Keys.TAB)
        step("the first stop is the skip link", driver.switch_to.active_element.get_attribute("class") == "skip")
        driver.switch_to.active_element.send_keys(Keys.ENTER)
        step("it leads to the content", run("return document.activeElement.id") == "main")
        for kind in ["one_persona", "set_aside"]:
            row = next((row for row in index["rows"] if row["kind"] == kind and row["open"]), None)
            if row:
                driver.get(f"{PAGE}#{row['id']}")
                settle()
                step(f"a case of the kind {kind} opens", row["id"] in find("#case h1").text, len(every(".board .v")))
                picture(kind)
        if every("#rejects td"):
            hostile = [cell.get_attribute("textContent") for cell in every("#rejects td")]
            step("hostile cells are text", not every("#rejects script, #rejects img, bdi script, bdi img"), len(hostile))
        step("no data has become markup", not every("bdi *") and run("return window.hacked") is None)

        # Every case of the file opens.
        began = time.monotonic()
        slowest = (0, "")
        for row in index["rows"]:
            if row["open"]:
                took = driver.execute_async_script(
                    "const done = arguments[1]; const at = performance.now(); location.hash = arguments[0];"
                    "addEventListener('hashchange', () => requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now() - at))), {once: true});"
                    "if (location.hash === '#' + window.last) done(0); window.last = arguments[0];", row["id"])
                slowest = max(slowest, (took, row["id"]))
                if row["id"] not in find("#case h1").text:
                    sys.exit(f"{row['id']} does not open")
        opened = sum(row["open"] for row in index["rows"])
        step("every case opens", True, opened, f"slowest {slowest[0]:.0f} ms ({slowest[1]})")

        driver.get(CASE_PAGE)
        settle()
        step("a case's own page shows it at once", find("#case h1").is_displayed() and len(every(".board .v")) > 0 and not every(".crumbs"), find("#case h1").text)
        step("with the cells of its rows", len(every("#case section[aria-labelledby=h-members] details details")) > 0)
        picture("case-page")
        step("no data has become markup there", not every("bdi *") and run("return window.hacked") is None)

        step("no policy was broken", run("return window.violations") == [], run("return window.violations"))
        log = [entry for entry in driver.get_log("browser") if entry["level"] in ("SEVERE", "WARNING")]
        step("the console is quiet", log == [], log[:3])
        asked = set()
        for entry in driver.get_log("performance"):
            message = json.loads(entry["message"])["message"]
            # The browser's own start page asks for things too.
            if message["method"] == "Network.requestWillBeSent" and message["params"]["documentURL"].startswith("file:"):
                asked.add(message["params"]["request"]["url"].split("#")[0])
        step("nothing but the pages was asked for", asked <= {PAGE, CASE_PAGE, "about:blank"}, sorted(asked))
    finally:
        driver.quit()
print("all steps held")
