package http

import (
	"net/http"
	"net/netip"
	"strings"
)

// maxUserAgent bounds what is kept of a program's name for itself, in bytes.
const maxUserAgent = 256

// origin is from where and with what program a request came, to be kept with a
// signature.
func origin(r *http.Request) (address, userAgent string) {
	address = r.RemoteAddr
	if at, err := netip.ParseAddrPort(r.RemoteAddr); err == nil {
		address = at.Addr().Unmap().String()
	}
	userAgent = r.UserAgent()
	return address, strings.ToValidUTF8(userAgent[:min(len(userAgent), maxUserAgent)], "")
}

// robots are words in the names of programs that open links without anybody
// looking: previews of messengers and mail, search engines, checks for malware.
var robots = []string{
	"bot", "crawl", "spider", "preview", "prefetch", "facebookexternalhit", "facebot", "whatsapp", "skypeuri", "slack", "vkshare",
	"embedly", "mattermost", "safelinks", "proofpoint", "barracuda", "mimecast", "headless", "curl/", "wget/", "python-",
}

// byPerson says whether somebody looks at the page: not when a program says that
// it only fetches ahead, or is known for it, or keeps its name to itself.
func byPerson(r *http.Request) bool {
	if r.Method != http.MethodGet || r.UserAgent() == "" {
		return false
	}
	for _, name := range []string{"Purpose", "Sec-Purpose", "X-Purpose", "X-Moz"} {
		if purpose := strings.ToLower(r.Header.Get(name)); strings.Contains(purpose, "prefetch") || strings.Contains(purpose, "preview") {
			return false
		}
	}
	program := strings.ToLower(r.UserAgent())
	for _, word := range robots {
		if strings.Contains(program, word) {
			return false
		}
	}
	return true
}
