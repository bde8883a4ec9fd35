"""``python -m guru_grpo``: the same as the command ``guru-grpo``."""

from guru_grpo.cli import main

if __name__ == "__main__":
    main()
