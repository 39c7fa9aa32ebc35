/** `images.py`: image files as samples and label values, as the runtime reads them (runtime/images/). */
export const imagesText = `"""Images and label images from files, with their values as stored."""

from __future__ import annotations

import gzip
import re
import struct
from pathlib import Path
from typing import Any, List, NamedTuple, Optional, Tuple

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageOps

Array = npt.NDArray[Any]

NUMBERED = re.compile(r"^(.*\\.(?:tiff?|npy|nii|nii\\.gz))#(\\d+)$", re.IGNORECASE)
NIFTI = {2: "u1", 4: "i2", 8: "i4", 16: "f4", 64: "f8", 256: "i1", 512: "u2", 768: "u4"}


class Picture(NamedTuple):
    """Samples [height, width, channels]; divided by full_scale they are 0 to 1.

    Floating-point samples have the full scale 1 and any range.
    """

    samples: Array
    full_scale: int


class LabelImage(NamedTuple):
    """Values [height, width]: grey levels, palette indices or 0xrrggbb."""

    kind: str
    values: Array
    palette: List[int]


def read_picture(path: str, channels: Optional[int] = None) -> Picture:
    """One image of 1 or 3 channels; "volume.tif#3" is one image of a file, from 0.

    Alpha is dropped, RGB becomes grey by Rec. 601. None: as many as the file has.
    """
    picture = _decode(path)
    samples = picture.samples
    has = samples.shape[2]
    wanted = channels if channels is not None else (3 if has >= 3 else 1)
    if wanted not in (1, 3):
        raise ValueError(f"{path}: an image has 1 or 3 channels, and not {wanted}")
    if has >= 3 and wanted == 1:
        red, green, blue = (samples[:, :, c].astype(np.float64) for c in range(3))
        luma = 0.299 * red + 0.587 * green + 0.114 * blue
        if samples.dtype != np.float32:
            luma = np.floor(luma + 0.5)
        samples = luma.astype(samples.dtype)[:, :, None]
    elif has < 3 and wanted == 3:
        samples = np.repeat(samples[:, :, :1], 3, axis=2)
    return picture._replace(samples=samples[:, :, :wanted])


def read_finite(path: str, channels: Optional[int] = None) -> Picture:
    """As read_picture; raises ValueError for NaN and infinite samples."""
    picture = read_picture(path, channels)
    if not np.isfinite(picture.samples).all():
        raise ValueError(f"{path} has samples that are not finite")
    return picture


def read_integers(path: str, what: str) -> Picture:
    """Three channels of 8 or 16 bits."""
    picture = read_finite(path, 3)
    if picture.full_scale == 1:
        raise ValueError(f"{path}: {what} are read from samples of 8 or 16 bits")
    return picture


def read_label(path: str) -> LabelImage:
    """PNG, TIFF, NPY or NIfTI; other files do not hold classes."""
    file, index = place(path)
    if _is_array(file):
        return _label_of(path, *_array_image(file, index))
    image = _open(file, index)
    if image.format not in ("PNG", "TIFF"):
        raise ValueError(
            f"{path} is a {image.format} file; labels are read from PNG, TIFF, NPY and "
            "NIfTI"
        )
    if image.format == "TIFF":
        if "jpeg" in image.info.get("compression", ""):
            raise ValueError(f"{path} is compressed as JPEG, which changes classes")
        picture = _samples(image, path)
        return _label_of(path, picture.samples, picture.full_scale)
    if image.mode == "P":
        colours = np.array(image.getpalette("RGB"), np.int64).reshape(-1, 3)
        packed = colours @ np.array([65536, 256, 1])
        indices = np.asarray(image, np.int64)
        return LabelImage("palette", indices, [int(colour) for colour in packed])
    values = np.asarray(image, np.int64)
    if image.mode in ("1", "L"):
        # Pillow spreads grey below 8 bits; labels are the levels of the file.
        return LabelImage("grey", values // _spread(file, image.mode), [])
    if values.ndim == 2:
        return LabelImage("grey", values, [])
    _refuse_deep(file)
    if values.shape[2] == 2:
        return LabelImage("grey", values[:, :, 0], [])
    return LabelImage("colour", values[:, :, :3] @ np.array([65536, 256, 1]), [])


def read_size(path: str) -> Tuple[int, int]:
    """Height and width, as the image is read."""
    file, index = place(path)
    if _is_array(file):
        height, width = _array_image(file, index)[0].shape[:2]
        return height, width
    with Image.open(file) as image:
        if index is not None:
            image.seek(index)
        width, height = image.size
        orientation = image.getexif().get(0x0112, 1)
    return (width, height) if orientation >= 5 else (height, width)


def count_images(file: str) -> int:
    """Pages of a TIFF file, the first axis of an NPY array, slices of a volume."""
    if file.lower().endswith(".npy"):
        return len(np.load(file, mmap_mode="r"))
    if _is_array(file):
        return len(_nifti(file)[0])
    with Image.open(file) as image:
        return getattr(image, "n_frames", 1) if image.format == "TIFF" else 1


def place(path: str) -> Tuple[str, Optional[int]]:
    """ "volume.tif#3" is image 3 of volume.tif."""
    match = NUMBERED.match(path)
    return (path, None) if match is None else (match[1], int(match[2]))


def _open(file: str, index: Optional[int]) -> Any:
    if Path(file).stat().st_size == 0:
        raise ValueError(f"{file} is empty")
    image = Image.open(file)
    frames = getattr(image, "n_frames", 1)
    if index is None and frames > 1:
        raise ValueError(f"{file} holds {frames} images, and is read as one image")
    if index is not None:
        if index >= frames:
            raise ValueError(f"{file}: there is no image {index}")
        image.seek(index)
    return image


def _decode(path: str) -> Picture:
    file, index = place(path)
    if _is_array(file):
        values, full_scale = _array_image(file, index)
        is_mask = values.dtype == np.bool_
        return Picture(values * np.uint8(255) if is_mask else values, full_scale)
    image = _open(file, index)
    if image.format == "PNG" and image.mode not in ("1", "L", "I", "I;16", "P"):
        _refuse_deep(file)
    return _samples(ImageOps.exif_transpose(image), path)


def _samples(image: Any, path: str) -> Picture:
    mode = image.mode
    if mode in ("P", "PA"):
        return Picture(np.asarray(image.convert("RGB")), 255)
    if mode == "1":
        return Picture(np.asarray(image.convert("L"))[:, :, None], 255)
    if mode in ("I", "I;16", "I;16B"):
        return Picture(np.asarray(image).astype(np.uint16)[:, :, None], 65535)
    if mode == "F":
        return Picture(np.asarray(image, np.float32)[:, :, None], 1)
    if mode not in ("L", "LA", "RGB", "RGBA"):
        raise ValueError(f"{path} has the mode {mode}; save it as grey or RGB")
    samples = np.asarray(image)
    return Picture(samples[:, :, None] if samples.ndim == 2 else samples, 255)


def _depth(file: str) -> int:
    """Bits of a sample of a PNG file."""
    with open(file, "rb") as stream:
        return stream.read(25)[24]


def _spread(file: str, mode: str) -> int:
    return 1 if mode == "1" else {2: 85, 4: 17}.get(_depth(file), 1)


def _refuse_deep(file: str) -> None:
    if _depth(file) == 16:
        raise ValueError(
            f"{file} has 16 bits and several channels, which Pillow does not read; "
            "save it with 8 bits or as NPY"
        )


def _is_array(file: str) -> bool:
    return file.lower().endswith((".npy", ".nii", ".nii.gz"))


def _array_image(file: str, index: Optional[int]) -> Tuple[Array, int]:
    """One image [height, width, channels] of an array file, and its full scale."""
    if file.lower().endswith(".npy"):
        array = np.load(file, allow_pickle=False)
        stacked = index is not None or array.ndim == 4
        full_scale = {"bool": 255, "uint8": 255, "uint16": 65535}.get(
            array.dtype.name, 1
        )
    else:
        array, full_scale = _nifti(file)
        stacked = True
    count = len(array) if stacked else 1
    if index is None and count != 1:
        raise ValueError(f"{file} holds {count} images, and is read as one image")
    if (index or 0) >= count:
        raise ValueError(f"{file}: there is no image {index}")
    image = array[index or 0] if stacked else array
    image = image[:, :, None] if image.ndim == 2 else image
    if image.ndim != 3 or image.shape[2] not in (1, 3, 4):
        raise ValueError(f"{file} has the shape {array.shape}, which is not that of an image")
    return image if full_scale != 1 else image.astype(np.float32), full_scale


def _nifti(file: str) -> Tuple[Array, int]:
    """Slices [slice, row, column] of a NIfTI volume (versions 1 and 2)."""
    data = Path(file).read_bytes()
    if data[:2] == b"\\x1f\\x8b":
        data = gzip.decompress(data)
    order = "<" if data[0] in (0x5C, 0x1C) and data[1] in (1, 2) else ">"
    if struct.unpack_from(order + "i", data)[0] == 348:
        dims = struct.unpack_from(order + "8h", data, 40)
        code = struct.unpack_from(order + "h", data, 70)[0]
        start, slope, shift = struct.unpack_from(order + "3f", data, 108)
    else:
        code = struct.unpack_from(order + "h", data, 12)[0]
        dims = struct.unpack_from(order + "8q", data, 16)
        start = struct.unpack_from(order + "q", data, 168)[0]
        slope, shift = struct.unpack_from(order + "2d", data, 176)
    if code not in NIFTI or dims[0] < 2:
        raise ValueError(f"{file} is not a volume of real numbers")
    count = int(np.prod([max(1, size) for size in dims[3 : dims[0] + 1]]))
    kind = np.dtype(order + NIFTI[code])
    values: Array = np.frombuffer(
        data, kind, count * dims[1] * dims[2], int(start)
    ).reshape(count, dims[2], dims[1])
    values = values.astype(kind.newbyteorder("="))
    if np.isfinite(slope) and slope != 0 and (slope != 1 or shift != 0):
        return slope * values.astype(np.float64) + shift, 1
    return values, {"u1": 255, "u2": 65535}.get(NIFTI[code], 1)


def _label_of(path: str, samples: Array, full_scale: int) -> LabelImage:
    if samples.shape[2] >= 3 and full_scale == 255:
        packed = samples[:, :, :3].astype(np.int64) @ np.array([65536, 256, 1])
        return LabelImage("colour", packed, [])
    values = samples[:, :, 0].astype(np.float64)
    whole = (values == np.floor(values)) & (values >= 0) & (values <= 65535)
    if samples.shape[2] != 1 or not whole.all():
        raise ValueError(f"{path}: labels are whole numbers from 0 to 65535")
    return LabelImage("grey", values.astype(np.int64), [])
`;
