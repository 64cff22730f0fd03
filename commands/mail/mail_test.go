package mail_test

import (
	"bytes"
	"errors"
	"io"
	"mime/quotedprintable"
	"net"
	netmail "net/mail"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/commands/mail"
)

// server is a real SMTP server; it refuses recipients by name.
type server struct {
	mu      sync.Mutex
	refuse  map[string]*smtp.SMTPError
	arrived map[string][]byte // by recipient
	user    string            // who logged in last
	url     string            // without scheme and user
}

func newServer(t *testing.T) *server {
	t.Helper()
	s := &server{arrived: map[string][]byte{}, refuse: map[string]*smtp.SMTPError{
		"gone@example.com":  {Code: 550, Message: "No such user here"},
		"later@example.com": {Code: 450, Message: "Mailbox busy"},
	}}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.url = l.Addr().String()
	backend := smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return &session{server: s}, nil }))
	backend.AllowInsecureAuth = true
	served := make(chan struct{})
	go func() {
		defer close(served)
		_ = backend.Serve(l) // ends with Close
	}()
	t.Cleanup(func() {
		backend.Close()
		<-served
	})
	return s
}

type session struct {
	*server
	to string
}

func (s *session) AuthMechanisms() []string { return []string{sasl.Plain} }

func (s *session) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if password != "secret" {
			return smtp.ErrAuthFailed
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		s.user = user
		return nil
	}), nil
}

func (s *session) Mail(from string, _ *smtp.MailOptions) error {
	if strings.HasPrefix(from, "stranger@") {
		return &smtp.SMTPError{Code: 553, Message: "Not one of ours"}
	}
	return nil
}

func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err, ok := s.refuse[to]; ok {
		return err
	}
	s.to = to
	return nil
}

func (s *session) Data(r io.Reader) error {
	b, err := io.ReadAll(r)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.arrived[s.to] = b
	return err
}

func (s *session) Reset()        {}
func (s *session) Logout() error { return nil }

func message(to string) mail.Message {
	return mail.Message{
		ID: uuid.MustParse("11111111-2222-4333-8444-555555555555"), Part: 2, To: to, Subject: "کوپن شما", Text: "کد\nABCD-1234\n",
		Language: "fa", Date: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC),
	}
}

const messageID = "11111111-2222-4333-8444-555555555555@shop.example"

// readBack parses a mail as its receiver would.
func readBack(t *testing.T, raw []byte) (netmail.Header, string) {
	t.Helper()
	m, err := netmail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		t.Fatalf("%v in %q", err, raw)
	}
	body, err := io.ReadAll(quotedprintable.NewReader(m.Body))
	if err != nil {
		t.Fatal(err)
	}
	return m.Header, strings.ReplaceAll(string(body), "\r\n", "\n")
}

func checkMail(t *testing.T, raw []byte, to string) {
	t.Helper()
	header, body := readBack(t, raw)
	got := map[string]string{"body": strings.TrimSpace(body)}
	for _, name := range []string{"To", "From", "Message-ID", "Date", "Content-Language"} {
		got[name] = header.Get(name)
	}
	want := map[string]string{
		"body": "کد\nABCD-1234", "To": "<" + to + ">", "From": "<help@shop.example>", "Message-ID": "<" + messageID + ">",
		"Date": "Sun, 01 Mar 2026 12:00:00 +0000", "Content-Language": "fa",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("mail (-want +got):\n%s", diff)
	}
}

func TestAMailArrivesOverSMTP(t *testing.T) {
	s := newServer(t)
	sender, err := mail.NewSMTP("smtp://help%40shop.example:secret@"+s.url, "")
	if err != nil {
		t.Fatal(err)
	}
	id, err := sender.Send(t.Context(), message("a@example.com"))
	if err != nil || id != messageID {
		t.Fatalf("%q, %v", id, err)
	}
	checkMail(t, s.arrived["a@example.com"], "a@example.com")
	if s.user != "help@shop.example" {
		t.Errorf("logged in as %q", s.user)
	}
}

// What the server says of a recipient concerns that mail alone; its trouble
// with us, or that it is not there, concerns all.
func TestRejectionsAndTrouble(t *testing.T) {
	s := newServer(t)
	for name, c := range map[string]struct {
		url, from, to string
		rejected      *mail.Rejected
	}{
		"no such recipient":   {"smtp://" + s.url, "help@shop.example", "gone@example.com", &mail.Rejected{Cause: "No such user"}},
		"busy recipient":      {"smtp://" + s.url, "help@shop.example", "later@example.com", &mail.Rejected{Cause: "busy", Temporary: true}},
		"no address":          {"smtp://" + s.url, "help@shop.example", "nobody", &mail.Rejected{Cause: "nobody"}},
		"sender not allowed":  {"smtp://" + s.url, "stranger@shop.example", "a@example.com", nil},
		"wrong password":      {"smtp://help:wrong@" + s.url, "help@shop.example", "a@example.com", nil},
		"nobody at the door":  {"smtp://127.0.0.1:1", "help@shop.example", "a@example.com", nil},
		"no TLS at the other": {"smtps://" + s.url, "help@shop.example", "a@example.com", nil},
	} {
		t.Run(name, func(t *testing.T) {
			sender, err := mail.NewSMTP(c.url, c.from)
			if err != nil {
				t.Fatal(err)
			}
			_, err = sender.Send(t.Context(), message(c.to))
			rejected, is := errors.AsType[*mail.Rejected](err)
			switch {
			case err == nil || is != (c.rejected != nil):
				t.Errorf("%T %v", err, err)
			case is && (!strings.Contains(rejected.Cause, c.rejected.Cause) || rejected.Temporary != c.rejected.Temporary):
				t.Errorf("%+v", rejected)
			case strings.Contains(err.Error(), "example.com"):
				t.Errorf("the log would name the recipient: %v", err)
			}
		})
	}
}

// A mail leaves this machine encrypted or not at all.
func TestAddressesOfMailServers(t *testing.T) {
	for _, bad := range []string{"mail.example", "http://mail.example", "smtp://", "smtp://host:x", "smtp://host:99999", "smtp://user:pa ss@host"} {
		if _, err := mail.NewSMTP(bad, ""); err == nil || strings.Contains(err.Error(), "pa ss") {
			t.Errorf("%s: %v", bad, err)
		}
	}
	if _, err := mail.NewSMTP("smtp://mail.example", "not an address"); err == nil {
		t.Error("any text is a sender")
	}
	for _, good := range []string{"smtp://mail.example", "smtps://user:pass@mail.example:465"} {
		if _, err := mail.NewSMTP(good, ""); err != nil {
			t.Errorf("%s: %v", good, err)
		}
	}
}

func TestAMailIsAFileThatOneCanOpen(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "mails")
	sender, err := mail.NewFiles(dir, "help@shop.example")
	if err != nil {
		t.Fatal(err)
	}
	for range 2 { // sent again it is the same mail
		if id, err := sender.Send(t.Context(), message("a@example.com")); err != nil || id != messageID {
			t.Fatalf("%q, %v", id, err)
		}
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 1 || entries[0].Name() != "11111111-2222-4333-8444-555555555555-2.eml" {
		t.Fatalf("%v, %v", entries, err)
	}
	if info, err := entries[0].Info(); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v: others may read the code", info.Mode(), err)
	}
	raw, err := os.ReadFile(filepath.Join(dir, entries[0].Name()))
	if err != nil {
		t.Fatal(err)
	}
	checkMail(t, raw, "a@example.com")
}

// C-16: the last valid day is told if there is one, and nothing of a day if not.
func TestC16TheTextTellsTheExpiryIfAny(t *testing.T) {
	for language, want := range map[string][2]string{
		"en": {"Your coupon", "valid until 2026-03-20"}, "fa": {"کوپن شما", "اعتبار آن تا پایان روز ۲۹ اسفند ۱۴۰۴ است"},
	} {
		for _, expires := range []aggregates.Date{"2026-03-20", ""} {
			m := mail.Message{Language: language}
			if err := (mail.Coupon{Code: "ABCD-1234", ExpiresOn: expires, Note: " Sorry {{.Code}}\n"}).Write(&m); err != nil {
				t.Fatal(err)
			}
			if m.Subject != want[0] || !strings.Contains(m.Text, "ABCD-1234") || !strings.Contains(m.Text, "Sorry {{.Code}}") {
				t.Errorf("%s: %q, %q", language, m.Subject, m.Text)
			}
			told := strings.Contains(m.Text, want[1])
			if told != (expires != "") || strings.Contains(m.Text, "<no value>") {
				t.Errorf("%s, expires %q: %q", language, expires, m.Text)
			}
		}
	}
}

// 3.2: the mail names the program and what the coupon gives.
func TestACouponTellsWhatItGives(t *testing.T) {
	c := mail.Coupon{Code: "ABCD-1234", Program: "Sorry", ExpiresOn: "2026-03-20", Rewards: []mail.Reward{
		{Percent: "10", Max: "20.00 EUR"},
		{Fixed: "5.00 EUR", Cheapest: true},
		{Percent: "50", Products: []string{"Lamp", "Drill"}},
		{Free: "Bulb", Quantity: aggregates.NewDecimal(2)},
	}}
	for language, want := range map[string]string{
		"en": `Hello,

here is your coupon code for “Sorry”:

    ABCD-1234

Enter it in the shop. It can be used once. It gives you:

- 10% off the whole order, at most 20.00 EUR
- 5.00 EUR off the cheapest product of the order
- 50% off Lamp, Drill
- 2 × Bulb for free

It is valid until 2026-03-20, that day included.
`,
		"fa": strings.ReplaceAll(strings.NewReplacer("<", "\u2066", ">", "\u2069").Replace(`سلام،

کد کوپن شما از برنامهٔ «Sorry»:

    <ABCD-1234>

آن را در فروشگاه وارد کنید. این کد یک|بار قابل استفاده است. با آن دریافت می|کنید:

- <10%> تخفیف برای کل سفارش، حداکثر <20.00 EUR>
- <5.00 EUR> تخفیف برای ارزان|ترین محصول سفارش
- <50%> تخفیف برای Lamp، Drill
- <2> × Bulb رایگان

اعتبار آن تا پایان روز ۲۹ اسفند ۱۴۰۴ است.
`), "|", "\u200c"),
	} {
		m := mail.Message{Language: language}
		if err := c.Write(&m); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, m.Text); diff != "" {
			t.Errorf("%s (-want +got):\n%s", language, diff)
		}
	}
}
