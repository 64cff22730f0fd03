package http_test

import (
	"bytes"
	"encoding/base64"
	"io"
	"mime"
	"mime/multipart"
	netmail "net/mail"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Section 5, UseMaterial: the materials of a task show, can be corrected, and
// are part of what is signed.
func TestMaterialsOfATask(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	s.signedProject()
	path := s.visited(m{"project": id("signed")})
	lamp := m{"product": id("product"), "quantity": "2"}
	s.post(path+"/materials?dry_run=true", lamp)
	s.post(path+"/materials", lamp)
	read := s.save(path, "Replaced the socket")
	read.shows(map[string]string{
		"materials.0.product": id("product").String(), "materials.0.quantity": "2", "materials.0.unit": "unit",
		"worksheet.materials.0.quantity": "2", "worksheet.version": "1",
	})
	s.post(path+"/sign", signing(read))
	s.post(path+"/materials", m{"product": id("product"), "quantity": "1", "unit": "dozen"})
	s.get(path, since(s.last())).shows(map[string]string{"materials.0.quantity": "12", "worksheet.version": "2", "worksheet.signature": ""})
	s.send("POST", path+"/complete", nil).refused(conflict, "signature_required")
	s.post(path+"/materials", m{"product": id("tracked"), "lot": id("lot"), "quantity": "1"})
	s.post(path+"/materials", m{"product": id("product"), "quantity": "0"})
	s.get(path, since(s.last())).shows(map[string]string{"materials.0.product": id("tracked").String(), "materials.1": "", "worksheet.version": "4"})
	fresh, _ := s.planned(m{})
	s.post("/v1/products", m{"id": id("old"), "name": "Old"})
	s.archive("products", "old")
	of := func(name string, body m, status int, code, field string) bad {
		return bad{name: name, path: path + "/materials", body: body, status: status, code: code, field: field}
	}
	s.allRefused(t, []bad{
		of("no product", m{"quantity": "1"}, unprocessable, "product_required", "product"),
		of("an unknown product", m{"product": id("nowhere"), "quantity": "1"}, unprocessable, "product_not_found", "product"),
		of("an archived product", m{"product": id("old"), "quantity": "1"}, conflict, "product_archived", "product"),
		of("no quantity", m{"product": id("product")}, unprocessable, "required", "quantity"),
		of("less than nothing", m{"product": id("product"), "quantity": "-1"}, unprocessable, "negative_quantity", "quantity"),
		of("too precise", m{"product": id("product"), "quantity": "0.001"}, unprocessable, "quantity_precision", "quantity"),
		of("another family", m{"product": id("product"), "quantity": "1", "unit": "kg"}, unprocessable, "unit_other_family", "unit"),
		of("a lot of none", m{"product": id("product"), "quantity": "1", "lot": id("lot")}, unprocessable, "lot_not_applicable", "lot"),
		of("no lot", m{"product": id("tracked"), "quantity": "1"}, unprocessable, "lot_required", "lot"),
		of("another product's lot", m{"product": id("tracked"), "quantity": "1", "lot": id("nowhere")}, unprocessable, "lot_other_product", "lot"),
		of("two of one serial", m{"product": id("tracked"), "quantity": "2", "lot": id("lot")}, unprocessable, "serial_quantity", "quantity"),
		{name: "before the start", path: fresh + "/materials", body: lamp, status: conflict, code: "task_not_in_progress"},
		{name: "of no task", path: "/v1/tasks/" + id("nowhere").String() + "/materials", body: lamp, status: missing, code: "task_not_found"},
		{name: "by an agent", path: path + "/materials", body: lamp, status: forbidden, code: "forbidden", options: []option{as(s.token("agent-1", []string{"agent"}, nil))}},
	})
}

// Section 5, SendWorksheetReport: the customer gets what was signed, with the
// signature, in their language.
func TestTheSignedWorksheetIsMailed(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	s.post(on("ticket", "followers"), m{"email": "friend@example.com"})
	path := s.visited(m{})
	report := path + "/report"
	s.allRefused(t, []bad{
		{name: "unsigned", path: report, status: conflict, code: "worksheet_not_signed"},
		{name: "no address", path: report, body: m{"recipients": []string{"nobody"}}, status: unprocessable, code: "invalid_email", field: "recipients[0]"},
		{name: "of no task", path: "/v1/tasks/" + id("nowhere").String() + "/report", status: missing, code: "task_not_found"},
		{name: "by a mechanic", path: report, status: forbidden, code: "forbidden", options: []option{as(s.token("mechanic-1", []string{"repair"}, nil))}},
	})
	s.post(path+"/materials", m{"product": id("product"), "quantity": "2"})
	read := s.save(path, "Replaced the socket")
	s.post(path+"/sign", signing(read))
	s.post(report, m{"recipients": []string{"boss@example.com"}, "message": "Thank you"})
	s.post(path+"/complete", nil)
	if became := s.mailed(3); len(became) != 3 {
		t.Errorf("became %v", became)
	}
	letters := s.letters()
	for to, letter := range letters {
		for _, part := range []string{"Thank you", "work: Replaced the socket", "- Lamp: 2 unit", "Signed by Customer A", read.text("worksheet.hash")} {
			if !strings.Contains(letter.text, part) {
				t.Errorf("the mail to %s lacks %q: %s", to, part, letter.text)
			}
		}
		if want, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(png, "data:image/png;base64,")); err != nil || !bytes.Equal(letter.picture, want) {
			t.Errorf("the mail to %s has the picture %q, %v", to, letter.picture, err)
		}
	}
	for _, to := range []string{"a@example.com", "boss@example.com", "friend@example.com"} {
		if _, ok := letters[to]; !ok {
			t.Errorf("no mail to %s", to)
		}
	}
}

// letter is a mail with a picture.
type letter struct {
	text    string
	picture []byte
}

// letters are the mails with pictures that were kept as files, by recipient.
func (s *service) letters() map[string]letter {
	s.t.Helper()
	all := map[string]letter{}
	for _, path := range must(filepath.Glob(filepath.Join(s.mailDir, "*.eml")))(s.t) {
		raw := must(os.ReadFile(path))(s.t)
		msg := must(netmail.ReadMessage(bytes.NewReader(raw)))(s.t)
		_, params, err := mime.ParseMediaType(msg.Header.Get("Content-Type"))
		if err != nil {
			s.t.Fatal(err)
		}
		var l letter
		for r := multipart.NewReader(msg.Body, params["boundary"]); ; {
			part, err := r.NextPart() // decodes quoted-printable itself
			if err == io.EOF {
				break
			}
			if err != nil {
				s.t.Fatal(err)
			}
			content := must(io.ReadAll(part))(s.t)
			if part.FileName() == "" {
				l.text = string(content)
			} else {
				l.picture = must(base64.StdEncoding.DecodeString(strings.ReplaceAll(string(content), "\r\n", "")))(s.t)
			}
		}
		all[strings.Trim(msg.Header.Get("To"), "<>")] = l
	}
	return all
}
