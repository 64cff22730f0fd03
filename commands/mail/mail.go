// Package mail writes the mails that the program sends, and sends them: over
// SMTP, or into files that a mail program opens.
package mail

import (
	"bytes"
	"context"
	"embed"
	"strings"
	"text/template"
	"time"

	"github.com/google/uuid"
	gomail "github.com/wneessen/go-mail"
)

// Message is one mail to one person. ID is the event that asked for it and is
// the same for all its recipients; Part, from 1, tells them apart. Language is
// "en" or "fa". Date is when it was asked for. Pictures go with it.
type Message struct {
	ID       uuid.UUID
	Part     int
	To       string
	Subject  string
	Text     string
	Language string
	Date     time.Time
	Pictures []Picture
}

// Picture is an image that goes with a mail. Name, with an extension, is that of its
// file, Type its media type.
type Picture struct {
	Name, Type string
	Image      []byte
}

// Sender sends mails. It is safe for concurrent use.
type Sender interface {
	// Send answers the Message-ID, which a repetition shares. A *Rejected
	// concerns this mail alone; any other error is the way's, and every other
	// mail would meet it too.
	Send(ctx context.Context, m Message) (messageID string, err error)
}

// Rejected says that the mail was not taken, in the server's words. A Temporary
// rejection may be followed by acceptance. The cause names the recipient, so it
// is no part of the error's text, which goes to the log.
type Rejected struct {
	Cause     string
	Temporary bool
}

func (r *Rejected) Error() string {
	if r.Temporary {
		return "the mail server puts the mail off"
	}
	return "the mail server rejects the mail"
}

//go:embed coupon_en.txt coupon_fa.txt quotation_en.txt quotation_fa.txt report_en.txt report_fa.txt
var texts embed.FS

var templates = template.Must(template.New("").Funcs(functions).ParseFS(texts, "*.txt"))

// write sets the subject and the text by the template of that name.
func (m *Message) write(name string, data any) error {
	language := "en"
	if m.Language == "fa" {
		language = "fa"
	}
	var text bytes.Buffer
	if err := templates.ExecuteTemplate(&text, name+"_"+language+".txt", data); err != nil {
		return err
	}
	m.Subject, m.Text, _ = strings.Cut(text.String(), "\n\n") // as in a mail: the head, an empty line, the rest
	return nil
}

// compose is the mail in the form that is sent, and its Message-ID.
func compose(m Message, from string) (*gomail.Msg, string, error) {
	msg := gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	if err := msg.From(from); err != nil {
		return nil, "", err
	}
	if err := msg.To(m.To); err != nil {
		return nil, "", &Rejected{Cause: err.Error()}
	}
	_, domain, _ := strings.Cut(from, "@")
	messageID := m.ID.String() + "@" + strings.TrimSuffix(domain, ">")
	msg.SetMessageIDWithValue(messageID)
	msg.SetDateWithValue(m.Date)
	msg.Subject(m.Subject)
	msg.SetGenHeader("Content-Language", m.Language)
	msg.SetGenHeader("Auto-Submitted", "auto-generated") // answering machines keep silent
	msg.SetBodyString(gomail.TypeTextPlain, m.Text)
	for _, p := range m.Pictures {
		if err := msg.AttachReader(p.Name, bytes.NewReader(p.Image), gomail.WithFileContentType(gomail.ContentType(p.Type))); err != nil {
			return nil, "", err
		}
	}
	return msg, messageID, nil
}
