package http_test

import (
	"encoding/base64"
	"net/http"
	"strings"
	"testing"

	"github.com/google/uuid"

	"aftersales/commands"
)

// file is a file to come with a message.
func file(name, content string) m {
	return m{"name": name, "media_type": "image/png", "content": base64.StdEncoding.EncodeToString([]byte(content))}
}

// Access rule c of domain.md 4 (#35121): files come with messages, those of
// internal notes stay hidden from customers however they ask, and each has its
// own address on the page of a link.
func TestAttachments(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	s.post("/v1/teams", m{"id": id("others"), "name": "Others"})
	mine, theirs := as(s.portalOf("customer")), as(s.portalOf("other customer"))
	agent := as(s.token("agent-1", []string{"agent"}, m{"teams": []any{id("team")}}))
	stranger := as(s.token("agent-2", []string{"agent"}, m{"teams": []any{id("others")}}))
	open := without("Authorization")
	made, link := s.link("ticket", id("ticket").String(), nil)
	reply := "/v1/portal/tickets/" + id("ticket").String() + "/messages"

	named := func(name, as, content string) m { f := file(as, content); f["id"] = id(name); return f }
	s.post(on("ticket", "messages"), m{"body": "Look", "attachments": []m{named("plan", "../plans/لامپ.png", "a plan")}}, agent)
	s.post(on("ticket", "notes"), m{"attachments": []m{named("secret file", "secret.png", "not for them")}}, agent)
	html := named("page", "page.html", "<script>")
	html["media_type"] = "text/html"
	s.post(reply, m{"body": "And mine", "attachments": []m{named("photo", "photo.png", "a photo"), html}}, mine)
	by := s.post(link+"/messages", m{"attachments": []m{named("by link", "by link.png", "by link")}}, open, key("with-a-file"))
	if again := s.post(link+"/messages", m{"attachments": []m{named("by link", "by link.png", "by link")}}, open, key("with-a-file")); again.header.Get("Idempotent-Replayed") != "true" || string(again.body) != string(by.body) {
		t.Errorf("repeated: %s", again.body)
	}
	s.send(http.MethodPost, link+"/messages", m{"attachments": []m{named("by link", "by link.png", "other")}}, open, key("with-a-file")).refused(http.StatusUnprocessableEntity, "idempotency_key_reused")
	s.send(http.MethodPost, reply, m{"attachments": []m{named("secret file", "secret.png", "mine now")}}, mine).refused(http.StatusConflict, "already_exists")

	of := func(name string) string { return "/v1/attachments/" + id(name).String() }
	own := func(name string) string { return "/v1/portal/attachments/" + id(name).String() }
	plan := s.get(of("plan"), agent)
	if string(plan.body) != "a plan" || plan.header.Get("Content-Type") != "image/png" || plan.header.Get("X-Content-Type-Options") != "nosniff" ||
		plan.header.Get("Content-Disposition") != "attachment; filename*=utf-8''%D9%84%D8%A7%D9%85%D9%BE.png" {
		t.Errorf("%v %s", plan.header, plan.body)
	}
	if page := s.get(own("page"), mine); string(page.body) != "<script>" || page.header.Get("Content-Type") != "application/octet-stream" ||
		!strings.HasPrefix(page.header.Get("Content-Disposition"), "attachment;") {
		t.Errorf("%v %s", page.header, page.body)
	}
	for _, name := range []string{"secret file", "photo", "by link"} {
		s.get(of(name), agent)
		s.send(http.MethodGet, of(name), nil, stranger).refused(http.StatusNotFound, "attachment_not_found")
		s.send(http.MethodGet, own(name), nil, theirs).refused(http.StatusNotFound, "attachment_not_found")
	}
	for _, name := range []string{"plan", "photo", "by link"} {
		s.get(own(name), mine)
	}
	s.send(http.MethodGet, own("secret file"), nil, mine).refused(http.StatusNotFound, "attachment_not_found")
	s.send(http.MethodGet, own("nothing"), nil, mine).refused(http.StatusNotFound, "attachment_not_found")
	s.send(http.MethodGet, of("plan"), nil, mine).refused(http.StatusNotFound, "not_found")
	s.send(http.MethodGet, own("plan"), nil, agent).refused(http.StatusForbidden, "forbidden")

	// The page of the link gives each file an address of its own.
	shown := s.get(link, open, since(s.last()))
	shown.shows(map[string]string{
		"messages.0.attachments.0.name": "لامپ.png", "messages.0.attachments.0.size": "6", "messages.0.attachments.0.id": id("plan").String(),
		"messages.1.attachments.0.name": "photo.png", "messages.1.attachments.1.media_type": "application/octet-stream", "messages.2.body": "",
	})
	address := func(a answer) string {
		path, ok := strings.CutPrefix(a.text("messages.0.attachments.0.url"), "https://help.example")
		if !ok || strings.Contains(path, strings.TrimPrefix(link, "/portal/")) {
			t.Fatalf("address %q", path)
		}
		return path
	}
	path := address(shown)
	if opened := s.get(path, open); string(opened.body) != "a plan" || opened.header.Get("Referrer-Policy") != "no-referrer" {
		t.Errorf("%v %s", opened.header, opened.body)
	}
	if got := s.get("/v1/portal/tickets/"+id("ticket").String(), mine, since(s.last())); got.text("messages.0.attachments.0.url") != "" {
		t.Errorf("%s", got.body)
	}
	same := s.send(http.MethodGet, "/attachment/nothing", nil, open)
	same.refused(http.StatusNotFound, "not_found")
	secrets := must(commands.NewSecrets(make([]byte, commands.SecretSize)))(t)
	forged := "/attachment/" + secrets.File(uuid.MustParse(made.text("id")), id("secret file"))
	for what, wrong := range map[string]string{"a note's": forged, "a letter less": path[:len(path)-1], "the link's": "/attachment/" + strings.TrimPrefix(link, "/portal/")} {
		if a := s.send(http.MethodGet, wrong, nil, open); a.status != http.StatusNotFound || blind(a) != blind(same) {
			t.Errorf("%s answers %d %s", what, a.status, a.body)
		}
	}
	if text := string(s.get(on("ticket", "timeline")+"?limit=200", agent).body); !strings.Contains(text, `"content_sealed":"[redacted]"`) || !strings.Contains(text, "secret.png") {
		t.Errorf("timeline: %s", text)
	}
	s.storesNothingLike("not for them")
	s.storesNothingLike(base64.StdEncoding.EncodeToString([]byte("not for them")))
	s.post("/v1/portal-links/"+made.text("id")+"/revoke", nil)
	if a := s.send(http.MethodGet, path, nil, open); blind(a) != blind(same) {
		t.Errorf("a revoked link's file answers %s", a.body)
	}
}

// A file that cannot come leaves nothing behind, nor does one of a message that
// is refused.
func TestAttachmentsThatCannotCome(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	many := make([]m, 11)
	for i := range many {
		many[i] = file("lamp.png", "a lamp")
	}
	messages := func(files ...m) m { return m{"body": "Look", "attachments": files} }
	large := strings.Repeat("x", 700_001)
	unchanged := s.unchanged(t)
	s.allRefused(t, []bad{
		{name: "too many", path: on("ticket", "messages"), body: messages(many...), status: http.StatusUnprocessableEntity, code: "too_many_attachments"},
		{name: "empty", path: on("ticket", "notes"), body: messages(file("lamp.png", "")), status: http.StatusUnprocessableEntity, code: "attachment_empty"},
		{name: "too large", path: on("ticket", "messages"), body: messages(file("lamp.png", large)), status: http.StatusUnprocessableEntity, code: "attachment_too_large"},
		{name: "no name", path: on("ticket", "messages"), body: messages(file("../", "a lamp")), status: http.StatusUnprocessableEntity, code: "required"},
		{name: "no base64", path: on("ticket", "messages"), body: messages(m{"name": "lamp.png", "content": "%"}), status: http.StatusBadRequest, code: "malformed"},
		{name: "more than a request", path: on("ticket", "messages"), body: messages(file("lamp.png", large[1:]), file("lamp.png", large[1:])), status: http.StatusRequestEntityTooLarge, code: "too_large"},
		{name: "nothing said", path: on("ticket", "messages"), body: m{"attachments": []m{}}, status: http.StatusUnprocessableEntity, code: "required"},
		{name: "stale", path: on("ticket", "messages"), body: messages(file("lamp.png", "a lamp")), options: []option{with("If-Match", `"0"`)}, status: http.StatusPreconditionFailed, code: "stale_version"},
		{name: "nowhere", path: on("nowhere", "messages"), body: messages(file("lamp.png", "a lamp")), status: http.StatusNotFound, code: "ticket_not_found"},
	})
	s.post(on("ticket", "messages")+"?dry_run=true", messages(file("lamp.png", "a lamp")))
	unchanged()
	most := file("lamp.png", large[1:])
	most["id"] = id("most")
	s.post(on("ticket", "messages"), messages(most))
	if got := s.get("/v1/attachments/" + id("most").String()); string(got.body) != large[1:] {
		t.Errorf("%d bytes came back", len(got.body))
	}
}
