package task

import (
	"strconv"
	"strings"
	"time"

	"aftersales/aggregates"
	"aftersales/aggregates/check"
)

// Signing is a customer's signature as it comes in: under which version and
// hash, by whom, the image as a PNG data URL, by which channel, from where and
// when. Shown is set where the customer sees no more than what was shared with
// them, other than on the technician's device.
type Signing struct {
	Version int
	Hash    string
	Name    string
	Image   string
	Via     string
	Shown   bool
	At      time.Time
	From    aggregates.Evidence
}

// Share shows the current version of the worksheet to the customer, who can sign it
// where they are (domain.md 4). What they see already is no event. Refusals:
// task_not_in_progress, worksheet_not_signable before the first save,
// worksheet_conflict_open.
func (s State) Share() ([]aggregates.Event, error) {
	if s.Shown() {
		return nil, nil
	}
	if err := s.inProgress(); err != nil {
		return nil, err
	}
	if s.Worksheet.Version == 0 {
		return nil, aggregates.Refuse("worksheet_not_signable")
	}
	if err := s.undisputed(); err != nil {
		return nil, err
	}
	return []aggregates.Event{WorksheetShared{s.Worksheet.Version}}, nil
}

// Sign puts the customer's signature under the current version of the
// worksheet (F-10). Refusals: worksheet_not_signable when there is nothing to
// sign, it was not shared or it is signed; stale_version when the customer saw another version
// than the current one; worksheet_conflict_open; then, by field, required, too_long, signature_missing,
// signature_not_png, signature_too_large. The same signature again is no event.
func (s State) Sign(w Signing) ([]aggregates.Event, error) {
	g, signed := s.Signature()
	if signed && g.Hash == w.Hash && g.Version == w.Version && g.Name == strings.TrimSpace(w.Name) && g.Image == w.Image {
		return nil, nil
	}
	if s.Status != StatusInProgress || s.Worksheet.Version == 0 || w.Shown && !s.Shown() {
		return nil, aggregates.Refuse("worksheet_not_signable")
	}
	if w.Version != s.Worksheet.Version || w.Hash != s.Worksheet.Hash {
		return nil, aggregates.Refuse("stale_version", "version", strconv.Itoa(s.Worksheet.Version))
	}
	if signed {
		return nil, aggregates.Refuse("worksheet_not_signable")
	}
	if err := s.undisputed(); err != nil {
		return nil, err
	}
	var fields check.Fields
	fields.Name("name", w.Name)
	code := check.RefusedSignature(w.Image)
	fields.Refuse(code != "", "signature", code, "max", strconv.Itoa(MaxSignature))
	if err := fields.Err(); err != nil {
		return nil, err
	}
	return []aggregates.Event{WorksheetSigned{
		Version: w.Version, Hash: w.Hash, Name: strings.TrimSpace(w.Name), Signature: w.Image, Via: w.Via, SignedAt: w.At.UTC(),
		Evidence: w.From,
	}}, nil
}

// MaxSignature is the greatest size of a signature's image, in bytes.
const MaxSignature = check.MaxSignature
