package mail

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	gomail "github.com/wneessen/go-mail"
)

// Files keeps mails as files of a folder, "<event id>-<part>.eml", where no
// mail server is configured.
type Files struct {
	dir  string
	from string
}

// NewFiles makes the folder when it is missing. The mails hold codes: only the
// owner may read them. From is the sender's address, "aftersales@localhost" if
// empty.
func NewFiles(dir, from string) (*Files, error) {
	from = cmp.Or(from, "aftersales@localhost")
	if err := gomail.NewMsg().From(from); err != nil {
		return nil, fmt.Errorf("the sender of mails: %w", err)
	}
	return &Files{dir: dir, from: from}, os.MkdirAll(dir, 0o700)
}

// Send is Sender's. A file is there as a whole or not at all.
func (f *Files) Send(_ context.Context, m Message) (_ string, err error) {
	msg, id, err := compose(m, f.from)
	if err != nil {
		return "", err
	}
	file, err := os.CreateTemp(f.dir, ".writing-*") // mode 0600
	if err != nil {
		return "", err
	}
	defer func() {
		if err != nil {
			_ = os.Remove(file.Name()) // what is left is not a mail and does no harm
		}
	}()
	_, err = msg.WriteTo(file)
	if err = errors.Join(err, file.Sync(), file.Close()); err != nil {
		return "", err
	}
	return id, os.Rename(file.Name(), filepath.Join(f.dir, fmt.Sprintf("%s-%d.eml", m.ID, m.Part)))
}
