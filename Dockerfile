# The app on a CPU: docs/deployment.md says how to build and run it.
FROM python:3.12-slim

WORKDIR /app
ENV PYTHONUNBUFFERED=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1

# Address of torch's CPU builds; without it Linux gets those with CUDA, several GB.
ARG TORCH_INDEX=""
COPY requirements.txt ./
RUN python3 -m venv .venv
RUN if [ -n "$TORCH_INDEX" ]; then \
      .venv/bin/pip install --index-url "$TORCH_INDEX" "$(grep '^torch==' requirements.txt)"; \
    fi
RUN .venv/bin/pip install -r requirements.txt

COPY . ./
# All that is written lies here: runs, checkpoints, the cookies' secret, compiled code (below HOME).
RUN install -d -o 10001 -g 10001 data
ENV SAM_SPS_HOME=/app/data HOME=/app/data
VOLUME /app/data
USER 10001:10001

EXPOSE 8501
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s \
  CMD [".venv/bin/python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8501/healthz')"]
CMD [".venv/bin/streamlit", "run", "app.py", "--server.address", "0.0.0.0", "--server.port", "8501", "--server.headless", "true"]
