package mail

import "aftersales/aggregates"

// ReportLine is a line of a report: a field and what was filled in, or a product
// and how much of it was used. Attached is the name of the picture that was filled
// in instead of a Value.
type ReportLine struct{ Name, Value, Attached string }

// Report is what a mail about a signed worksheet tells. Worked is the time that
// the work took, empty for none; SignedOn and SignedAt ("15:04") are in the
// company's time zone; Hash is what the signature was bound to. Pictures are the
// signature and what lines have Attached.
type Report struct {
	Number, Title, Note string
	Version             int
	Hash                string
	Filled, Materials   []ReportLine
	Worked              string
	SignedBy            string
	SignedOn            aggregates.Date
	SignedAt            string
	Pictures            []Picture
}

// Write sets the subject and the text of m in its language, and attaches the
// pictures.
func (r Report) Write(m *Message) error {
	m.Pictures = r.Pictures
	return m.write("report", r)
}
