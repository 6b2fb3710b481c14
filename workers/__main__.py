"""`python -m workers`: run a complaint worker in the foreground until SIGTERM or Ctrl-C."""

from infra.loading import loading

with loading():
    import uvloop

    from infra.service import run_service
    from workers.serving import serve

if __name__ == "__main__":
    run_service(serve, loop_factory=uvloop.new_event_loop)
