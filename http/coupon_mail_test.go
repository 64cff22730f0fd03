package http_test

import (
	"io"
	"maps"
	"mime/quotedprintable"
	"net"
	"net/http"
	netmail "net/mail"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/emersion/go-smtp"
	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"aftersales/commands/mail"
	"aftersales/eventstore/eventstoretest"
)

// mailbox is what a person's mail program shows: the text of each mail, by
// Message-ID and recipient.
type mailbox map[string]string

func (b mailbox) take(t testing.TB, r io.Reader) {
	t.Helper()
	letter := must(netmail.ReadMessage(r))(t)
	text := must(io.ReadAll(quotedprintable.NewReader(letter.Body)))(t)
	b[strings.Trim(letter.Header.Get("Message-ID"), "<>")+" "+strings.Trim(letter.Header.Get("To"), "<>")] = string(text)
}

// files are the mails that were kept as files.
func (s *service) files() mailbox {
	s.t.Helper()
	box := mailbox{}
	for _, path := range must(filepath.Glob(filepath.Join(s.mailDir, "*.eml")))(s.t) {
		f := must(os.Open(path))(s.t)
		box.take(s.t, f)
		_ = f.Close() // it was read
	}
	return box
}

// C-13 to C-16: the mail goes to the recipients named, to all followers of the
// ticket and to the customer, each once, in their own language or else the
// customer's (3.2), with the code, the program and what it gives, and with the last
// valid day only if there is one.
func TestC14CouponMailsReachEverybodyInTheirLanguage(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	s.post("/v1/customers", m{"id": id("persian"), "name": "Customer C", "email": "c@example.com", "language": "fa"})
	s.ticket("persian ticket", m{"customer": id("persian")})
	s.post(on("persian ticket", "followers"), m{"email": "friend@example.com"})
	s.post(on("persian ticket", "followers"), m{"contact": id("customer")})
	body := m{"recipients": []string{"boss@example.com", "Friend@example.com"}, "message": "Sorry for the lamp"}
	everybody := []string{"Friend@example.com", "a@example.com", "boss@example.com", "c@example.com"}

	type words struct{ hello, reward, expiry string }
	english, persian := words{"Hello,", "for “Sorry”", "valid until 2026-03-20"}, words{"سلام،", "10%\u2069 تخفیف برای کل سفارش", "۲۹ اسفند ۱۴۰۴"}
	sent := 0
	for _, c := range []struct {
		ticket, until string
		bare          words // in a mail to an address of nobody known
	}{
		{"ticket", "2026-03-20", english},
		{"ticket", "", english},
		{"persian ticket", "2026-03-20", persian},
		{"persian ticket", "", persian},
	} {
		coupon := m{"program": id("program")}
		if c.until != "" {
			coupon["valid_until"] = c.until
		}
		made := s.post(on(c.ticket, "coupons"), coupon)
		path := "/v1/coupons/" + made.created()
		code := s.get(path, since(made)).text("code")
		if c.ticket == "ticket" {
			s.post(path+"/email", nil)
			sent++
		} else {
			s.post(path+"/email", body)
			sent += len(everybody)
		}
		s.mailed(sent)
		var to []string
		for name, text := range s.files() {
			if !strings.Contains(text, code) {
				continue
			}
			_, recipient, _ := strings.Cut(name, " ")
			to = append(to, recipient)
			want := c.bare
			if recipient == "a@example.com" {
				want = english
			}
			if !strings.Contains(text, want.hello) || !strings.Contains(text, want.reward) || strings.Contains(text, want.expiry) != (c.until != "") {
				t.Errorf("%+v, %s: %s", c, recipient, text)
			}
			if c.ticket != "ticket" && !strings.Contains(text, "Sorry for the lamp") {
				t.Errorf("the agent's words are missing: %s", text)
			}
		}
		want := []string{"a@example.com"}
		if c.ticket != "ticket" {
			want = everybody
		}
		slices.Sort(to)
		if diff := cmp.Diff(want, to); diff != "" {
			t.Errorf("%s, until %q: recipients (-want +got):\n%s", c.ticket, c.until, diff)
		}
	}
}

// C-13, C-15: who has no address gets no mail, and a bad address is told.
func TestC15EmailRefusals(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	s.ticket("other ticket", m{"customer": id("other customer")})
	made := s.post(on("other ticket", "coupons"), m{"program": id("program")})
	path := "/v1/coupons/" + made.created()
	nobody := s.send(http.MethodPost, path+"/email", nil)
	nobody.refused(http.StatusUnprocessableEntity, "recipient_without_email")
	nobody.shows(map[string]string{"params.name": "Customer B"})
	bad := s.send(http.MethodPost, path+"/email", m{"recipients": []string{"a@example.com", "nobody"}})
	bad.refused(http.StatusUnprocessableEntity, "invalid_email")
	bad.shows(map[string]string{"errors.0.field": "recipients[1]", "errors.1": ""})
	s.send(http.MethodPost, "/v1/coupons/"+id("nothing").String()+"/email", nil).refused(http.StatusNotFound, "coupon_not_found")
	s.post(path+"/revoke", m{"reason": "Sent by mistake"})
	s.send(http.MethodPost, path+"/email", m{"recipients": []string{"a@example.com"}}).refused(http.StatusConflict, "coupon_revoked")
}

// smtpBox is a real mail server that takes what it likes.
type smtpBox struct {
	t     testing.TB
	mu    sync.Mutex
	box   mailbox
	times int
}

type smtpSession struct {
	*smtpBox
}

func (s smtpSession) Mail(string, *smtp.MailOptions) error { return nil }
func (s smtpSession) Reset()                               {}
func (s smtpSession) Logout() error                        { return nil }

func (s smtpSession) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch to {
	case "gone@example.com":
		return &smtp.SMTPError{Code: 550, Message: "No such user here"}
	case "busy@example.com":
		if s.times++; s.times == 1 {
			return &smtp.SMTPError{Code: 450, Message: "Come back later"}
		}
	}
	return nil
}

func (s smtpSession) Data(r io.Reader) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.box.take(s.t, r)
	return nil
}

// Over SMTP: sent once for each recipient with the event's id in the
// Message-ID, put off and tried again, or failed with the server's words. A new
// process on the same log sends nothing again, even from its beginning.
func TestCouponMailsOverSMTP(t *testing.T) {
	t.Parallel()
	box := &smtpBox{t: t, box: mailbox{}}
	server := smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return smtpSession{box}, nil }))
	l := must(net.Listen("tcp", "127.0.0.1:0"))(t)
	served := make(chan struct{})
	go func() {
		defer close(served)
		_ = server.Serve(l) // ends with Close
	}()
	t.Cleanup(func() {
		server.Close()
		<-served
	})
	s := newService(t, func(s *service) {
		s.mails = must(mail.NewSMTP("smtp://"+l.Addr().String(), "help@shop.example"))(t)
	})
	s.furnish()
	made := s.post(on("ticket", "coupons"), m{
		"program": id("program"), "deliver": "email", "recipients": []string{"gone@example.com", "busy@example.com"},
	})
	became := s.mailed(3)
	asked := s.get("/v1/audit/events?type=coupon-email-requested", since(made)).text("items.0.event_id")
	messageID := asked + "@shop.example"
	for who, what := range became {
		if strings.HasPrefix(who, "gone") != strings.Contains(what, "No such user here") || !strings.HasPrefix(who, "gone") && what != messageID {
			t.Errorf("%s: %q, want %q", who, what, messageID)
		}
	}
	taken := func() []string {
		box.mu.Lock()
		defer box.mu.Unlock()
		names := slices.Sorted(maps.Keys(box.box))
		clear(box.box)
		return names
	}
	if diff := cmp.Diff([]string{messageID + " a@example.com", messageID + " busy@example.com"}, taken()); diff != "" {
		t.Errorf("mails (-want +got):\n%s", diff)
	}

	s.forgetCursors() // a new process reads the log from its beginning
	s.post("/v1/coupons/"+made.created()+"/email", m{"recipients": []string{"busy@example.com"}})
	s.mailed(5)
	if again := taken(); len(again) != 2 || strings.Contains(strings.Join(again, " "), asked) {
		t.Errorf("the new mail and nothing else was to be sent: %v", again)
	}
}

// forgetCursors loses the places in the log of the consumers without a read
// model.
func (s *service) forgetCursors() {
	s.t.Helper()
	s.stop()
	s.query("DELETE FROM projections.cursor")
	s.start()
}

// query answers the rows of a query on the whole database as text.
func (s *service) query(sql string) []string {
	s.t.Helper()
	ctx := eventstoretest.Context(s.t)
	conn := must(pgx.Connect(ctx, s.env.DatabaseURL))(s.t)
	defer conn.Close(ctx)
	rows := must(conn.Query(ctx, sql))(s.t)
	return must(pgx.CollectRows(rows, pgx.RowTo[string]))(s.t)
}
