package check

import (
	"bytes"
	"encoding/base64"
	"strings"
)

// MaxSignature is the greatest size of a signature's image, in bytes.
const MaxSignature = 256 << 10

// How images begin, in a data URL after the prefix.
const (
	pngURL    = "data:image/png;base64,"
	pngMagic  = "\x89PNG\r\n\x1a\n"
	jpegURL   = "data:image/jpeg;base64,"
	jpegMagic = "\xff\xd8\xff"
)

// Picture says whether a data URL is of a PNG or JPEG image.
func Picture(url string) bool {
	_, _, ok := ReadPicture(url)
	return ok
}

// ReadPicture is the image of a data URL, which is a PNG or else a JPEG; not ok when
// it is neither.
func ReadPicture(url string) (image []byte, isPNG, ok bool) {
	magic := pngMagic
	encoded, isPNG := strings.CutPrefix(url, pngURL)
	if !isPNG {
		magic = jpegMagic
		if encoded, ok = strings.CutPrefix(url, jpegURL); !ok {
			return nil, false, false
		}
	}
	image, err := base64.StdEncoding.DecodeString(encoded)
	return image, isPNG, err == nil && bytes.HasPrefix(image, []byte(magic))
}

// RefusedSignature is the code of why a data URL is no signature, "" when it is:
// signature_missing, signature_not_png, signature_too_large.
func RefusedSignature(url string) string {
	if url == "" || url == pngURL {
		return "signature_missing"
	}
	encoded, isPNG := strings.CutPrefix(url, pngURL)
	// Measured before decoding, so that no large text is worked on in vain; the
	// two bytes are what padding may stand for.
	if base64.StdEncoding.DecodedLen(len(encoded)) > MaxSignature+2 {
		return "signature_too_large"
	}
	image, err := base64.StdEncoding.DecodeString(encoded)
	if !isPNG || err != nil || !bytes.HasPrefix(image, []byte(pngMagic)) {
		return "signature_not_png"
	}
	if len(image) > MaxSignature {
		return "signature_too_large"
	}
	return ""
}
