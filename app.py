"""The entry: the app object with its routes and lifespan, and the script with the page list.

``streamlit run app.py`` imports this file for `app`, then runs it as the script, once per interaction.
"""

from __future__ import annotations

import gc
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware
from starlette.responses import FileResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from streamlit.runtime.pages_manager import PagesManager
from threadpoolctl import threadpool_limits

import runs
from lab.chart.stage import close_page, open_page
from lab.pool import pool
from lab.pool.task import Task
from lab.ridge.charts import CHARTS as RIDGE_CHARTS
from lab.ridge.compute import warmed_up
from lab.uploads import store
from lab.uploads.route import UploadBounds
from lab.web import ending
from lab.web.ahead import DRAWN_URL, ChartsFirst, note_drawn
from lab.web.chart_files import CHART_URL, FOR_GOOD, PLOTLY_JS, PLOTLY_URL, chart_file
from lab.web.counts import OpenPages, counts
from lab.web.headers import SecurityHeaders
from lab.web.health import healthz
from lab.web.offers import PATH as TAKE_PATH
from lab.web.offers import Taking
from lab.web.owner import OwnerCookie
from lab.web.rates import Rates
from lab.web.stream import part, pictures, stream
from lab.web.turns import SCRIPTS
from synthetic import warm_up

HERE = Path(__file__).parent


def script() -> None:
    """One run of the script: page list, style sheet, the chosen page."""
    st.set_page_config(page_title="SAM-SPS Lab", page_icon="📐", layout="wide")
    pages = [
        st.Page("pages/home.py", title="Home", default=True),
        st.Page("pages/one_step.py", title="One step", url_path="step"),
        st.Page("pages/cnn.py", title="CNN lab", url_path="cnn"),
        st.Page("pages/ridge.py", title="Ridge lab", url_path="ridge"),
        st.Page("pages/theory.py", title="Theory", url_path="theory"),
        st.Page("pages/robustness.py", title="Robustness", url_path="robustness"),
        st.Page("pages/landscape.py", title="Landscape", url_path="landscape"),
        st.Page("pages/lessons.py", title="Lessons", url_path="lessons"),
        st.Page("pages/history.py", title="History", url_path="history"),
    ]
    page = st.navigation(pages, position="top")
    open_page(page.url_path)
    body = st.container()  # what stands below it is there while a page still computes
    places = [one.url_path for one in pages]
    if following := pages[places.index(page.url_path) + 1 :]:
        label = f"Next: {following[0].title}"
        st.page_link(following[0], label=label, icon=":material/arrow_forward:", icon_position="right")
    close_page()
    with body:
        page.run()


@asynccontextmanager
async def lifespan(_app: st.App) -> AsyncIterator[None]:
    """Compile in the background while the first page opens; the run engine ends with the app."""
    threadpool_limits(1)  # beside a training run two threads of linear algebra wait for each other
    threading.Thread(target=warm_up, name="warm-up", daemon=True).start()
    pool.start(prepare=Task(warmed_up))
    ending.on_signals()
    gc.collect()
    gc.freeze()  # what is loaded by now stays: looking through it again stops all visitors for 150 ms
    gc.set_threshold(5_000, 10, 5)  # a run of the script leaves some 600 objects behind for a while
    stop = threading.Event()
    tidying = (lambda: runs.shelf().data_in_use(), stop)  # the engine starts when it is asked for
    threading.Thread(target=store.watch, args=tidying, name="uploads", daemon=True).start()
    yield
    stop.set()
    pool.shutdown()
    runs.shutdown()


async def plotly_js(_request: object) -> FileResponse:
    """Plotly.js as installed with the Python package; its version stands in the address."""
    return FileResponse(PLOTLY_JS, headers=FOR_GOOD)


# A folder named pages/ would switch Streamlit to its old page discovery until the first script has run.
PagesManager.uses_pages_directory = False

if __name__ == "__main__":
    with SCRIPTS.next():
        script()
else:
    app = st.App(
        __file__,
        lifespan=lifespan,
        middleware=[
            Middleware(OpenPages),
            Middleware(SecurityHeaders),
            Middleware(Rates),
            Middleware(OwnerCookie),
            Middleware(UploadBounds),
            Middleware(ChartsFirst),
        ],
        routes=[
            Route("/healthz", healthz),
            Route("/counts", counts),
            Route("/api/stream/{run}", stream),
            Route("/api/runs/{run}/pictures", pictures),
            Route("/api/runs/{run}/part", part),
            Route(RIDGE_CHARTS.path, RIDGE_CHARTS),
            Route(TAKE_PATH, Taking(), methods=["GET"]),
            Route(f"/{DRAWN_URL}", note_drawn, methods=["POST"]),
            Route(f"/{PLOTLY_URL}", plotly_js),
            Route(f"/{CHART_URL}/{{name}}", chart_file),
            Mount("/assets", StaticFiles(directory=HERE / "assets")),
        ],
    )
