package main_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"aftersales/cmd/aftersales/sample"
)

// Without a mail server a requested mail is a file of the data folder, with the
// code that the API shows.
func TestMailsAreFilesOfTheDataFolder(t *testing.T) {
	s := serve(t, "--sample")
	made, err := s.client().Post(within(t), "/v1/tickets/"+sample.Ticket.String()+"/coupons", "coupon", map[string]any{
		"program": sample.Program, "deliver": "email", "recipients": []string{"a@example.com"},
	})
	if err != nil {
		t.Fatal(err)
	}
	var coupon struct {
		Code string `json:"code"`
	}
	if err := s.client().Get(within(t), "/v1/coupons/"+made.Documents[0].ID.String(), &coupon); err != nil {
		t.Fatal(err)
	}
	mailed := func(to string) bool {
		files, err := filepath.Glob(filepath.Join(s.dir, "mails", "*.eml"))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if strings.Contains(string(text), "To: <"+to+">") {
				return strings.Contains(string(text), coupon.Code)
			}
		}
		return false
	}
	eventually(t, "the mail is there", func() bool { return mailed("a@example.com") })
}

// A mail server that cannot be meant is told at the start, without its password.
func TestABadMailServerIsToldAtTheStart(t *testing.T) {
	cmd := command("serve", "--data-dir", t.TempDir(), "--listen", "127.0.0.1:0", "--smtp-url", "http://user:hidden@mail.example")
	out, err := cmd.CombinedOutput()
	if err == nil || !strings.Contains(string(out), "smtp://") || strings.Contains(string(out), "hidden") {
		t.Errorf("%v: %s", err, out)
	}
}
