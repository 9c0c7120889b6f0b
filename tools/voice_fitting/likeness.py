"""The two speaker embeddings, as redub computes them (16 kHz in, unit vectors out)."""
from pathlib import Path

import kaldi_native_fbank as fbank
import librosa
import numpy as np
import onnxruntime

ASSETS = Path(__file__).resolve().parents[2] / "assets" / "models"
OPTIONS = onnxruntime.SessionOptions()
OPTIONS.intra_op_num_threads = 1
CAMPPLUS = onnxruntime.InferenceSession(ASSETS / "speaker_embedding_campplus.onnx", OPTIONS)
GE2E = onnxruntime.InferenceSession(ASSETS / "speaker_embedding_ge2e.onnx", OPTIONS)


def at_16k(sound, rate=24_000):
    return librosa.resample(np.asarray(sound, np.float32), orig_sr=rate, target_sr=16_000, res_type="soxr_hq")


def campplus(sound):
    options = fbank.FbankOptions()
    options.frame_opts.dither = 0
    options.frame_opts.samp_freq = 16_000
    options.mel_opts.num_bins = 80
    features = fbank.OnlineFbank(options)
    features.accept_waveform(16_000, np.asarray(sound).tolist())
    features.input_finished()
    frames = np.stack([features.get_frame(i) for i in range(features.num_frames_ready)])
    frames -= frames.mean(0)
    print_ = CAMPPLUS.run(None, {"fbank": frames[None].astype(np.float32)})[0][0]
    return print_ / np.linalg.norm(print_)


def windows(frames):
    """Starts of the windows of 160 frames that GE2E looks at."""
    starts = list(range(0, max(1, frames - 82), 77))
    if len(starts) > 1 and (frames - starts[-1]) / 160 < 0.75:
        starts.pop()
    return starts


def ge2e(sound):
    sound = np.asarray(sound, np.float32)
    level = 20 * np.log10(np.sqrt((sound**2).mean()) + 1e-9)
    sound = sound * 10 ** (max(0, -30 - level) / 20)
    mel = librosa.feature.melspectrogram(y=sound, sr=16_000, n_fft=400, hop_length=160, n_mels=40).T
    starts = windows(len(mel))
    mel = np.pad(mel.astype(np.float32), ((0, max(0, starts[-1] + 160 - len(mel))), (0, 0)))
    print_ = GE2E.run(None, {"mels": np.stack([mel[s : s + 160] for s in starts])})[0].mean(0)
    return print_ / np.linalg.norm(print_)
