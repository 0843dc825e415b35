# Two commands matter: `make demo` and `make test`. Each does all set-up by itself.
VENV := .venv
PY := $(VENV)/bin/python
STAMP := $(VENV)/.installed
export QT_LOGGING_RULES := qt.qpa.*=false

# System libraries the window, the microphone tests and the virtual screen need on Debian.
APT := python3-venv libportaudio2 libasound2-plugins pulseaudio pulseaudio-utils xvfb xdotool libegl1 libgl1 libdbus-1-3 \
  libxkbcommon-x11-0 libxcb-cursor0 libxcb-icccm4 libxcb-image0 libxcb-keysyms1 libxcb-randr0 libxcb-render-util0 \
  libxcb-shape0 libxcb-xinerama0 libxcb-xkb1 libfontconfig1 fonts-dejavu-core

PINNED := $(shell sed -n 's/^ *"\(torch[a-z]*==[^"]*\)",$$/\1/p' pyproject.toml)
PROMPT := tests/desktop/test_fluid.py tests/desktop/test_hour_of_sound.py

.PHONY: demo run test test-all lint setup installer clean

$(VENV)/.system:
	@missing=""; for p in $(APT); do dpkg-query -W -f='$${Status}' $$p 2>/dev/null | grep -q 'ok installed' || missing="$$missing $$p"; done; \
	if ! command -v dpkg-query >/dev/null 2>&1; then :; \
	elif [ -z "$$missing" ]; then :; \
	elif [ "$$(id -u)" = 0 ]; then apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$missing >/dev/null; \
	else echo "System libraries are missing. Run once:  sudo apt-get install -y$$missing" >&2; exit 1; fi
	@mkdir -p $(VENV) && touch $@

$(STAMP): pyproject.toml | $(VENV)/.system
	@test -x $(PY) || python3 -m venv $(VENV)
	@# The largest packages first: their downloads are gone before the others come. At its fullest it took 7.3 GB.
	@$(PY) -m pip install -q --disable-pip-version-check $(PINNED)
	@$(PY) -m pip install -q --disable-pip-version-check -e '.[test,train]'
	@touch $@

setup: $(STAMP)

demo: $(STAMP)
	@$(PY) -m engine.cli.demo

run: $(STAMP)
	@$(VENV)/bin/sgim-desktop

lint: $(STAMP)
	@$(PY) -m ruff check engine sgim_desktop tests
	@$(PY) -m mypy

test: lint
	@QT_QPA_PLATFORM=offscreen $(PY) -m pytest tests --ignore=tests/desktop -m "not long"
	@# How promptly the window answers is measured in a process of its own, as the program is: garbage of other tests takes time.
	@QT_QPA_PLATFORM=offscreen $(PY) -m pytest $(PROMPT) -m "not long"
	@QT_QPA_PLATFORM=offscreen $(PY) -m pytest tests/desktop $(PROMPT:%=--ignore=%) -m "not long"

test-all: lint
	@QT_QPA_PLATFORM=offscreen $(PY) -m pytest tests --ignore=tests/desktop
	@QT_QPA_PLATFORM=offscreen $(PY) -m pytest $(PROMPT)
	@QT_QPA_PLATFORM=offscreen $(PY) -m pytest tests/desktop $(PROMPT:%=--ignore=%)

installer: $(STAMP)
	@$(PY) -m pip install -q --disable-pip-version-check -e '.[installer]'
	@$(PY) -m PyInstaller --noconfirm build_installer.spec

clean:
	rm -rf $(VENV) build dist .out
