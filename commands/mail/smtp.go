package mail

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strconv"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"
)

// SMTP sends over a mail server, with a connection for each mail.
type SMTP struct {
	host    string
	from    string
	options []gomail.Option
}

// patience bounds one exchange with the mail server.
const patience = 30 * time.Second

// NewSMTP takes "smtp://user:password@host:port", or "smtps://…" for TLS from
// the first byte. Without it STARTTLS is asked for, and is a must for a server
// on another machine, as the mails hold codes and the way the password. From is
// the sender's address; empty: the user, or "aftersales" at the host.
func NewSMTP(address, from string) (*SMTP, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, errors.New("the SMTP address is no URL") // the error's own text shows the password
	}
	if u.Scheme != "smtp" && u.Scheme != "smtps" || u.Hostname() == "" {
		return nil, errors.New("the SMTP address is not smtp://… or smtps://… with a host")
	}
	s := &SMTP{host: u.Hostname(), from: from}
	s.options = []gomail.Option{gomail.WithTimeout(patience)}
	switch {
	case u.Scheme == "smtps":
		s.options = append(s.options, gomail.WithSSL())
	case local(s.host):
		s.options = append(s.options, gomail.WithTLSPolicy(gomail.TLSOpportunistic))
	default:
		s.options = append(s.options, gomail.WithTLSPolicy(gomail.TLSMandatory))
	}
	port, err := strconv.Atoi(cmp.Or(u.Port(), map[string]string{"smtp": "587", "smtps": "465"}[u.Scheme]))
	if err != nil {
		return nil, fmt.Errorf("the SMTP address: %w", err)
	}
	s.options = append(s.options, gomail.WithPort(port))
	if user := u.User.Username(); user != "" {
		password, _ := u.User.Password()
		method := gomail.SMTPAuthAutoDiscover
		if local(s.host) && u.Scheme == "smtp" {
			method = gomail.SMTPAuthPlain // what discovery passes over without TLS
		}
		s.options = append(s.options, gomail.WithSMTPAuth(method), gomail.WithUsername(user), gomail.WithPassword(password))
		if s.from == "" && strings.Contains(user, "@") {
			s.from = user
		}
	}
	s.from = cmp.Or(s.from, "aftersales@"+s.host)
	if err := gomail.NewMsg().From(s.from); err != nil {
		return nil, fmt.Errorf("the sender of mails: %w", err)
	}
	_, err = gomail.NewClient(s.host, s.options...)
	return s, err
}

// local says whether the host is this machine.
func local(host string) bool { return host == "localhost" || net.ParseIP(host).IsLoopback() }

// Send is Sender's. What the server says about the recipient or the content is
// a *Rejected; what it says before, about us, is not.
func (s *SMTP) Send(ctx context.Context, m Message) (string, error) {
	msg, id, err := compose(m, s.from)
	if err != nil {
		return "", err
	}
	client, err := gomail.NewClient(s.host, s.options...)
	if err != nil {
		return "", err
	}
	err = client.DialAndSendWithContext(ctx, msg)
	if err == nil || msg.IsDelivered() { // it was taken, whatever went wrong at the goodbye
		return id, nil
	}
	reply, ok := errors.AsType[*gomail.SendError](err)
	if !ok {
		return "", fmt.Errorf("mail server: %w", err)
	}
	if reply.ErrorCode() >= 400 && reply.Reason != gomail.ErrSMTPMailFrom {
		return "", &Rejected{Cause: reply.Error(), Temporary: reply.ErrorCode() < 500}
	}
	return "", fmt.Errorf("mail server: %s, answer %d", reply.Reason, reply.ErrorCode()) // without the recipient
}
