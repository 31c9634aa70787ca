# The chat page in a container. PostgreSQL and Chroma beside it: compose.yaml.
FROM python:3.12-slim
RUN useradd --create-home --uid 10001 reader
WORKDIR /app
COPY requirements-dev.lock ./
RUN pip install --no-cache-dir --require-hashes -r requirements-dev.lock
COPY pyproject.toml README.md LICENSE NOTICE ui.py ./
COPY ingest ingest
COPY qa qa
COPY page page
COPY eval eval
RUN mkdir /data && chown reader /data
USER reader
ENV DATA_DIR=/data HOST=0.0.0.0 PORT=7860
VOLUME /data
EXPOSE 7860
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s \
  CMD ["python", "-c", "import http.client as h; c = h.HTTPConnection('127.0.0.1', 7860, timeout=4); c.request('GET', '/api/health'); exit(c.getresponse().status >= 500)"]
CMD ["python", "ui.py"]
