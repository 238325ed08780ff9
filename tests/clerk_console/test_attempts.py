from clerk_console.attempts import FREE_ATTEMPTS, LONGEST_WAIT_S, NAMES_KEPT, Attempts, wait_after


def exhausted(name: str = "sabine") -> Attempts:
    attempts = Attempts()
    for _ in range(FREE_ATTEMPTS):
        assert attempts.begin(name, 0.0) == 0.0
    return attempts


def test_after_the_free_attempts_there_is_a_wait_that_passes() -> None:
    attempts = exhausted()
    wait = attempts.begin("sabine", 1.0)
    assert wait == wait_after(FREE_ATTEMPTS) - 1.0
    assert attempts.begin("sabine", 1.0 + wait) == 0.0


def test_waiting_is_not_punished_but_failing_again_is() -> None:
    attempts = exhausted()
    for moment in range(10):
        attempts.begin("sabine", float(moment))
    assert attempts.begin("sabine", wait_after(FREE_ATTEMPTS)) == 0.0
    assert attempts.begin("sabine", wait_after(FREE_ATTEMPTS)) == wait_after(FREE_ATTEMPTS + 1)


def test_the_wait_has_an_upper_limit() -> None:
    assert wait_after(10_000) == LONGEST_WAIT_S


def test_success_and_time_forget_the_failures() -> None:
    attempts = exhausted()
    attempts.succeeded("sabine")
    assert attempts.begin("sabine", 0.0) == 0.0
    assert exhausted().begin("sabine", 4000.0) == 0.0


def test_other_names_are_not_affected() -> None:
    assert exhausted().begin("omar", 0.0) == 0.0


def test_a_flood_of_names_does_not_fill_the_memory() -> None:
    attempts = Attempts()
    for number in range(NAMES_KEPT + 50):
        attempts.begin(f"name-{number}", 0.0)
    assert len(attempts._failures) == NAMES_KEPT
