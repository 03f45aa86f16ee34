"""The bytes of small files of the types that are served."""

from __future__ import annotations

import struct
import zlib


def png(width=30, height=20):
    """Return a picture in PNG (ISO/IEC 15948) with an empty picture."""

    def chunk(kind, data):
        checksum = zlib.crc32(kind + data)
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", checksum)

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IEND", b"")


def gif(width=30, height=20):
    """Return the header of a GIF."""
    return b"GIF89a" + struct.pack("<HH", width, height) + b"\0\0\0;" + bytes(60)


def bmp(width=30, height=20):
    """Return the headers of a Windows bitmap."""
    return b"BM" + bytes(16) + struct.pack("<ii", width, height) + bytes(60)


def jpeg(width=30, height=20, orientation=1, padding=0):
    """Return a JPEG without a picture.

    Args:
        width: width of the stored picture.
        height: height of the stored picture.
        orientation: Exif's, 6 for a picture that is shown turned by 90 degrees.
        padding: bytes in segments before the size.
    """
    exif = b"Exif\0\0MM\0*" + struct.pack(">IHHHIHHI", 8, 1, 0x0112, 3, 1, orientation, 0, 0)
    segments = [b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif]
    while padding > 0:
        length = min(padding, 65_000)
        segments.append(b"\xff\xe2" + struct.pack(">H", length + 2) + bytes(length))
        padding -= length
    frame = struct.pack(">BHHB", 8, height, width, 1) + b"\1\x11\0"
    segments.append(b"\xff\xc0" + struct.pack(">H", len(frame) + 2) + frame)
    return b"\xff\xd8" + b"".join(segments) + b"\xff\xd9"


def webp(width=30, height=20):
    """Return the header of an extended WebP."""
    size = struct.pack("<I", width - 1)[:3] + struct.pack("<I", height - 1)[:3]
    chunk = b"VP8X" + struct.pack("<I", 10) + bytes(4) + size
    return b"RIFF" + struct.pack("<I", 4 + len(chunk)) + b"WEBP" + chunk + bytes(60)


def avif(width=30, height=20):
    """Return the boxes of an AVIF that have its size (ISO/IEC 23008-12)."""

    def box(kind, data):
        return struct.pack(">I", len(data) + 8) + kind + data

    size = box(b"ispe", bytes(4) + struct.pack(">II", width, height))
    association = bytes(4) + struct.pack(">IHBB", 1, 1, 1, 1)
    properties = box(b"iprp", box(b"ipco", size) + box(b"ipma", association))
    item = box(b"pitm", bytes(4) + struct.pack(">H", 1))
    entry = box(b"infe", b"\2\0\0\0" + struct.pack(">HH", 1, 0) + b"av01" + b"\0")
    items = box(b"iinf", bytes(4) + struct.pack(">H", 1) + entry)
    meta = box(b"meta", bytes(4) + item + items + properties)
    return box(b"ftyp", b"avif" + bytes(4) + b"avifmif1") + meta + box(b"mdat", bytes(9))


def icon(width=32, height=32):
    """Return the directory of an icon."""
    return b"\0\0\1\0\1\0" + bytes([width % 256, height % 256]) + bytes(14)


def svg(attributes='width="30" height="20"'):
    """Return a picture in SVG."""
    return f'<svg xmlns="http://www.w3.org/2000/svg" {attributes}><g/></svg>'.encode()


MP3 = b"ID3\4\0\0\0\0\0\0" + bytes(90)
MP4 = b"\0\0\0\x18ftypisom" + bytes(92)
OGG = b"OggS" + bytes(96)
WAV = b"RIFF\0\0\0\0WAVE" + bytes(88)
FLAC = b"fLaC" + bytes(96)
WEBM = b"\x1aE\xdf\xa3" + bytes(96)
MOV = b"\0\0\0\x08wide\0\0\0\0mdat" + bytes(84)
AAC = b"\xff\xf1" + bytes(98)
PDF = b"%PDF-1.7\n" + bytes(90)

FILES = {
    "a.png": png(),
    "a.apng": png(),
    "a.gif": gif(),
    "a.bmp": bmp(),
    "a.jpg": jpeg(),
    "a.jpeg": jpeg(),
    "a.webp": webp(),
    "a.avif": avif(),
    "a.svg": svg(),
    "a.ico": icon(),
    "a.mp3": MP3,
    "a.m4a": MP4,
    "a.aac": AAC,
    "a.oga": OGG,
    "a.ogg": OGG,
    "a.opus": OGG,
    "a.wav": WAV,
    "a.flac": FLAC,
    "a.mp4": MP4,
    "a.m4v": MP4,
    "a.mov": MOV,
    "a.ogv": OGG,
    "a.webm": WEBM,
    "a.pdf": PDF,
}
"""A file with each suffix, by its name."""
