"""Sound for the tests: tones and noise by the wave module, speech by flite, formats by sox and ffmpeg."""
import math
import random
import struct
import subprocess
import wave
from pathlib import Path


def write_wav(path, channels, rate=8000):
    """channels: lists of samples in -1..1, all of one length."""
    frames = bytearray()
    for samples in zip(*channels):
        for sample in samples:
            frames += struct.pack("<h", int(max(-1.0, min(1.0, sample)) * 32767))
    with wave.open(str(path), "wb") as out:
        out.setnchannels(len(channels))
        out.setsampwidth(2)
        out.setframerate(rate)
        out.writeframes(bytes(frames))
    return Path(path)


def tone(seconds, rate=8000, hz=440.0, level=0.3):
    return [level * math.sin(2 * math.pi * hz * i / rate) for i in range(int(seconds * rate))]


def silence(seconds, rate=8000):
    return [0.0] * int(seconds * rate)


def noise(seconds, rate=8000, level=0.05, seed=7):
    source = random.Random(seed)
    return [source.uniform(-level, level) for _ in range(int(seconds * rate))]


def run(*command, **kwargs):
    subprocess.run([str(part) for part in command], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                   stdin=subprocess.DEVNULL, **kwargs)


def speak(path, text, voice="slt", rate=16000):
    """text said by a flite voice, mono, at the given rate."""
    raw = Path(str(path) + ".flite.wav")
    run("flite", "-voice", voice, "-t", text, "-o", raw)
    run("sox", raw, "-r", rate, "-c", 1, "-b", 16, path)
    raw.unlink()
    return Path(path)


def seconds_of(path):
    return float(subprocess.run(["soxi", "-D", str(path)], check=True, capture_output=True, text=True).stdout)


def call(path, turns, folder, rate=16000, gap=0.4, lead_in=0.5):
    """A stereo call: operator left, customer right. turns: ("operator"|"customer"|"silence", text or seconds)."""
    voices = {"operator": "slt", "customer": "kal16"}
    lanes, at, times = {"operator": [], "customer": []}, lead_in, []
    for number, (who, what) in enumerate(turns):
        if who == "silence":
            at += what
            continue
        part = speak(folder / f"turn{number}.wav", what, voices[who], rate)
        lanes[who].append((at, part))
        times.append((who, at, at + seconds_of(part)))
        at += seconds_of(part) + gap
    mixed = {}
    for who, parts in lanes.items():
        mixed[who] = folder / f"{who}.wav"
        run("sox", "-n", "-r", rate, "-c", 1, "-b", 16, folder / "base.wav", "trim", 0, at + 0.5)
        command, padded = ["sox", "-m", "-v", 1, folder / "base.wav"], []
        for number, (start, part) in enumerate(parts):
            late = folder / f"{who}{number}.late.wav"
            run("sox", part, late, "pad", start)
            padded.append(late)
            command += ["-v", 1, late]
        run(*command, mixed[who])
    run("sox", "-M", mixed["operator"], mixed["customer"], path)
    return Path(path), times
