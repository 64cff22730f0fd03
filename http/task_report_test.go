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
	s.saw()
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
		of("no lot that there is", m{"product": id("tracked"), "quantity": "1", "lot": id("nowhere")}, unprocessable, "lot_not_found", "lot"),
		of("another product's lot", m{"product": id("tracked"), "quantity": "1", "lot": id("saw 1")}, unprocessable, "lot_other_product", "lot"),
		of("two of one serial", m{"product": id("tracked"), "quantity": "2", "lot": id("lot")}, unprocessable, "serial_quantity", "quantity"),
		{name: "before the start", path: fresh + "/materials", body: lamp, status: conflict, code: "task_not_in_progress"},
		{name: "of no task", path: "/v1/tasks/" + id("nowhere").String() + "/materials", body: lamp, status: missing, code: "task_not_found"},
		{name: "by an agent", path: path + "/materials", body: lamp, status: forbidden, code: "forbidden", options: []option{as(s.token("agent-1", []string{"agent"}, nil))}},
	})
}

// Section 5, SendWorksheetReport: the customer gets what was signed, with the
// signature and the pictures, each in their language.
func TestTheSignedWorksheetIsMailed(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	s.post(on("ticket", "followers"), m{"email": "friend@example.com"})
	s.post("/v1/customers", m{"id": id("persian"), "name": "Customer C", "email": "c@example.com", "language": "fa"})
	s.post(on("ticket", "followers"), m{"contact": id("persian")})
	s.post("/v1/worksheet-templates", m{"id": id("pictures"), "name": "Pictures", "fields": []m{
		{"name": "work", "type": "text"}, {"name": "before", "type": "photo"}, {"name": "after", "type": "photo"},
	}})
	path := s.visited(m{"worksheet_template": id("pictures")})
	report := path + "/report"
	s.allRefused(t, []bad{
		{name: "unsigned", path: report, status: conflict, code: "worksheet_not_signed"},
		{name: "no address", path: report, body: m{"recipients": []string{"nobody"}}, status: unprocessable, code: "invalid_email", field: "recipients[0]"},
		{name: "of no task", path: "/v1/tasks/" + id("nowhere").String() + "/report", status: missing, code: "task_not_found"},
		{name: "by a mechanic", path: report, status: forbidden, code: "forbidden", options: []option{as(s.token("mechanic-1", []string{"repair"}, nil))}},
	})
	s.post(path+"/materials", m{"product": id("product"), "quantity": "2"})
	jpeg := "data:image/jpeg;base64," + base64.StdEncoding.EncodeToString([]byte("\xff\xd8\xffjpeg"))
	s.post(path+"/worksheet", m{"values": m{"work": "Replaced the socket", "before": jpeg, "after": png}, "base_version": 0})
	read := s.get(path, since(s.last()))
	s.post(path+"/sign", signing(read))
	s.post(report, m{"recipients": []string{"boss@example.com"}, "message": "Thank you"})
	s.post(path+"/complete", nil)
	if became := s.mailed(4); len(became) != 4 {
		t.Errorf("became %v", became)
	}
	letters := s.letters()
	for to, letter := range letters {
		words := []string{"before: see picture-1.jpeg, attached", "after: see picture-2.png", "Signed by Customer A"}
		if to == "c@example.com" {
			words = []string{"before: \u2066picture-1.jpeg\u2069، پیوست", "امضاکننده: Customer A"}
		}
		for _, part := range append(words, "Thank you", "work: Replaced the socket", "- Lamp: 2 unit", read.text("worksheet.hash")) {
			if !strings.Contains(letter.text, part) {
				t.Errorf("the mail to %s lacks %q: %s", to, part, letter.text)
			}
		}
		for name, url := range map[string]string{"signature.png": png, "picture-1.jpeg": jpeg, "picture-2.png": png} {
			_, encoded, _ := strings.Cut(url, ",")
			if got := letter.pictures[name]; got != encoded {
				t.Errorf("the mail to %s has as %s %q", to, name, got)
			}
		}
	}
	for _, to := range []string{"a@example.com", "boss@example.com", "c@example.com", "friend@example.com"} {
		if _, ok := letters[to]; !ok {
			t.Errorf("no mail to %s", to)
		}
	}
}

// letter is a mail with pictures, in base64 by the name of their file.
type letter struct {
	text     string
	pictures map[string]string
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
		l := letter{pictures: map[string]string{}}
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
				l.pictures[part.FileName()] = strings.ReplaceAll(string(content), "\r\n", "")
			}
		}
		all[strings.Trim(msg.Header.Get("To"), "<>")] = l
	}
	return all
}
