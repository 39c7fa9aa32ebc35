"""The benchmark's networks written by hand in PyTorch, trained on the same files with the same batches and steps.

Reads one JSON object from standard input and prints one JSON object: mean IoU, seconds of training, images per second.
Input: {normalised: with batch normalisation, width, depth, classes, train: [[image, label]...], validate: [...],
        where a label is a file, or a list of files that show one object each,
        values: {mask value: class}, channels, crop: [h, w], vertical, batch, rate: the learning rate at first,
        rates: that of each step, threads, seed,
        tuned: channels_last, and transposed convolutions by pixel shuffle}
"""

import json
import sys
import time

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
from PIL import Image


def double(inputs, outputs, normalised):
    layers = []
    for channels in (inputs, outputs):
        layers.append(nn.Conv2d(channels, outputs, 3, padding=1, bias=not normalised))
        if normalised:
            layers.append(nn.BatchNorm2d(outputs))
        layers.append(nn.ReLU(inplace=True))
    return nn.Sequential(*layers)


class PixelShuffled(nn.ConvTranspose2d):
    """A transposed convolution of 2x2 with stride 2 as a 1x1 convolution and pixel shuffle: the same numbers, several times as fast."""

    def forward(self, x):
        inputs, outputs = self.weight.shape[:2]
        weight = self.weight.permute(1, 2, 3, 0).reshape(4 * outputs, inputs, 1, 1)
        return F.pixel_shuffle(F.conv2d(x, weight, self.bias.repeat_interleave(4)), 2)


class UNet(nn.Module):
    def __init__(self, channels, classes, width, depth, normalised, tuned):
        super().__init__()
        upward = PixelShuffled if tuned else nn.ConvTranspose2d
        widths = [width * 2**i for i in range(depth + 1)]
        self.down = nn.ModuleList(
            double(channels if i == 0 else widths[i - 1], widths[i], normalised) for i in range(depth + 1)
        )
        self.up = nn.ModuleList(upward(widths[i + 1], widths[i], 2, 2) for i in range(depth))
        self.join = nn.ModuleList(double(2 * widths[i], widths[i], normalised) for i in range(depth))
        self.head = nn.Conv2d(width, classes, 1)
        for module in self.modules():
            if isinstance(module, (nn.Conv2d, nn.ConvTranspose2d)):
                nn.init.kaiming_normal_(module.weight)
                if module.bias is not None:
                    nn.init.zeros_(module.bias)

    def forward(self, x):
        levels = []
        depth = len(self.up)
        for i, block in enumerate(self.down):
            x = block(x)
            if i < depth:
                levels.append(x)
                x = F.max_pool2d(x, 2)
        for i in reversed(range(depth)):
            x = self.join[i](torch.cat([self.up[i](x), levels[i]], 1))
        return self.head(x)


def label_image(label):
    """The file's values; of objects 0 outside, 1 inside one, 2 where two touch (8-neighbourhood) or overlap."""
    if isinstance(label, str):
        return np.asarray(Image.open(label))
    objects = np.stack([np.asarray(Image.open(file).convert("L")) > 0 for file in label])
    height, width = objects.shape[1:]
    padded = np.pad(objects, ((0, 0), (1, 1), (1, 1)))
    near = np.zeros_like(objects)
    for y in range(3):
        for x in range(3):
            near |= padded[:, y : y + height, x : x + width]
    inside = objects.any(0)
    return np.where(inside & (near.sum(0) > 1), 2, inside.astype(np.uint8))


def moments(pairs, mode):
    images = [np.asarray(Image.open(image).convert(mode), np.float32) / 255 for image, _ in pairs]
    pixels = np.concatenate([image.reshape(-1, 1 if mode == "L" else 3) for image in images])
    return pixels.mean(0), pixels.std(0)


def load(pairs, job, mean, deviation):
    table = np.full(256, -1, np.int64)
    for value, index in job["values"].items():
        table[int(value)] = index
    images, labels = [], []
    mode = "L" if job["channels"] == 1 else "RGB"
    for image, label in pairs:
        pixels = np.asarray(Image.open(image).convert(mode), np.float32) / 255
        pixels = pixels.reshape(*pixels.shape[:2], -1)
        pixels = (pixels - mean) / deviation
        images.append(torch.from_numpy(np.ascontiguousarray(pixels.transpose(2, 0, 1))))
        labels.append(torch.from_numpy(table[label_image(label)]))
    return images, labels


def labels_of(network, image):
    """Of an image of any size: mirrored about its border pixels to multiples of the network's stride, as fcn does."""
    height, width = image.shape[1:]
    stride = 2 ** len(network.up)
    down, right = -height % stride, -width % stride
    top, left = down // 2, right // 2
    if down or right:
        image = F.pad(image[None], (left, right - left, top, down - top), mode="reflect")[0]
    return network(image[None]).argmax(1)[0, top : top + height, left : left + width].numpy()


class Training:
    """The network, its data in memory, and the order in which batches are drawn."""

    def __init__(self, job):
        torch.set_num_threads(job["threads"])
        torch.manual_seed(job["seed"])
        self.job = job
        self.chance = np.random.default_rng(job["seed"])
        mode = "L" if job["channels"] == 1 else "RGB"
        self.mean, self.deviation = moments(job["train"], mode)
        self.images, self.labels = load(job["train"], job, self.mean, self.deviation)
        network = UNet(job["channels"], job["classes"], job["width"], job["depth"], job["normalised"], job["tuned"])
        self.layout = torch.channels_last if job["tuned"] else torch.contiguous_format
        self.network = network.to(memory_format=self.layout)
        self.optimiser = torch.optim.Adam(network.parameters(), lr=job["rate"])
        self.order = []

    def batch(self):
        """Random crops, flipped; the last ones of a pass over the images are fewer."""
        job, chance = self.job, self.chance
        if not self.order:
            self.order = list(chance.permutation(len(self.images)))
        height, width = job["crop"]
        crops, targets = [], []
        for index in [self.order.pop() for _ in range(min(job["batch"], len(self.order)))]:
            image, label = self.images[index], self.labels[index]
            y = chance.integers(label.shape[0] - height + 1)
            x = chance.integers(label.shape[1] - width + 1)
            image, label = image[:, y : y + height, x : x + width], label[y : y + height, x : x + width]
            if chance.random() < 0.5:
                image, label = image.flip(2), label.flip(1)
            if job["vertical"] and chance.random() < 0.5:
                image, label = image.flip(1), label.flip(0)
            crops.append(image)
            targets.append(label)
        return torch.stack(crops).contiguous(memory_format=self.layout), torch.stack(targets)

    def step(self, images, labels, rate=None):
        if rate is not None:
            for group in self.optimiser.param_groups:
                group["lr"] = rate
        self.optimiser.zero_grad(set_to_none=True)
        loss = F.cross_entropy(self.network(images), labels, ignore_index=-1)
        loss.backward()
        self.optimiser.step()

    def mean_iou(self):
        """Of the validation images."""
        classes, network = self.job["classes"], self.network.eval()
        counts = np.zeros((classes, classes), np.int64)
        with torch.no_grad():
            for image, label in zip(*load(self.job["validate"], self.job, self.mean, self.deviation)):
                predicted = labels_of(network, image)
                truth = label.numpy()
                kept = truth >= 0
                counts += np.bincount(truth[kept] * classes + predicted[kept], minlength=classes**2).reshape(classes, classes)
        union = counts.sum(0) + counts.sum(1) - np.diag(counts)
        return float((np.diag(counts)[union > 0] / union[union > 0]).mean())


def main():
    job = json.load(sys.stdin)
    training = Training(job)
    seen = 0
    started = time.perf_counter()
    for rate in job["rates"]:
        images, labels = training.batch()
        training.step(images, labels, rate)
        seen += len(images)
    seconds = time.perf_counter() - started
    print(
        json.dumps(
            {
                "meanIoU": training.mean_iou(),
                "seconds": seconds,
                "imagesPerSecond": seen / seconds,
                "steps": len(job["rates"]),
                "parameters": sum(weight.numel() for weight in training.network.parameters()),
                "version": torch.__version__,
            }
        )
    )


if __name__ == "__main__":
    main()
