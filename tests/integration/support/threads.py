"""What several people do at once."""
import threading


def at_once(clients, act):
    """act(client, number) of each client in a thread of its own, released together; what they gave back."""
    gate, results, errors = threading.Barrier(len(clients)), [None] * len(clients), []

    def run(number, client):
        gate.wait()
        try:
            results[number] = act(client, number)
        except BaseException as error:  # so that a failed assertion fails the test, not the thread alone
            errors.append(error)

    threads = [threading.Thread(target=run, args=each) for each in enumerate(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
    return results
