// Not run: `semgrep --test` reads the annotations. Every value is made up.
package rules

import (
	"crypto/aes"
	"crypto/des"
	"crypto/md5"
	"crypto/rc4"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/tls"
	"database/sql"
	"fmt"
	"html/template"
	"math/rand"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"golang.org/x/crypto/ssh"
)

func commands(w http.ResponseWriter, r *http.Request) {
	host := r.URL.Query().Get("host")
	// ruleid: go-command-injection-request-input
	exec.Command("sh", "-c", "ping -c 1 "+host).Run()
	// ruleid: go-command-injection-request-input
	exec.CommandContext(r.Context(), "bash", "-c", fmt.Sprintf("whois %s", r.FormValue("domain"))).Run()
	// ruleid: go-command-injection-request-input
	exec.Command(r.FormValue("program")).Run()
	// ok: go-command-injection-request-input
	exec.Command("ping", "-c", "1", host).Run()
	// ok: go-command-injection-request-input
	exec.Command("sh", "-c", "uptime | tee log.txt").Run()
}

func rows(db *sql.DB, w http.ResponseWriter, r *http.Request) {
	name := r.FormValue("name")
	// ruleid: go-sql-injection-request-input, go-sql-string-formatting
	db.Query("SELECT * FROM orders WHERE name = '" + name + "'")
	statement := fmt.Sprintf("DELETE FROM orders WHERE name = '%s'", name)
	// ruleid: go-sql-injection-request-input
	db.ExecContext(r.Context(), statement)
	// ok: go-sql-injection-request-input, go-sql-string-formatting
	db.Query("SELECT * FROM orders WHERE name = $1", name)
	limit, _ := strconv.Atoi(r.FormValue("limit"))
	page := fmt.Sprintf("SELECT * FROM orders LIMIT %d", limit)
	// ok: go-sql-injection-request-input
	db.Query(page)
}

func count(db *sql.DB, table string) {
	// ruleid: go-sql-string-formatting
	db.QueryRow(fmt.Sprintf("SELECT count(*) FROM %s", table))
	// ok: go-sql-string-formatting
	db.QueryRow("SELECT count(*) FROM orders")
}

func page(w http.ResponseWriter, r *http.Request) {
	// ruleid: go-html-injection-request-input
	title := template.HTML("<h1>" + r.URL.Query().Get("title") + "</h1>")
	// ok: go-html-injection-request-input
	safe := template.HTML("<h1>" + template.HTMLEscapeString(r.URL.Query().Get("title")) + "</h1>")
	// ok: go-html-injection-request-input
	fixed := template.HTML("<hr>")
	view.Execute(w, []template.HTML{title, safe, fixed})
}

func clients() {
	// ruleid: go-tls-verification-disabled
	_ = &tls.Config{ServerName: "api.example.com", InsecureSkipVerify: true}
	// ruleid: go-tls-verification-disabled
	config.InsecureSkipVerify = true
	// ok: go-tls-verification-disabled
	_ = &tls.Config{RootCAs: pool}
	// ok: go-tls-verification-disabled
	_ = &tls.Config{InsecureSkipVerify: true, VerifyPeerCertificate: verifyByPin}
	// ruleid: go-tls-version-too-low
	_ = &tls.Config{MinVersion: tls.VersionTLS10}
	// ok: go-tls-version-too-low
	_ = &tls.Config{MinVersion: tls.VersionTLS13}
	// ruleid: go-ssh-unknown-host-accepted
	_ = &ssh.ClientConfig{HostKeyCallback: ssh.InsecureIgnoreHostKey()}
	// ok: go-ssh-unknown-host-accepted
	_ = &ssh.ClientConfig{HostKeyCallback: ssh.FixedHostKey(hostKey)}
}

func ciphers(key []byte) {
	// ruleid: go-broken-cipher
	des.NewCipher(key)
	// ruleid: go-broken-cipher
	rc4.NewCipher(key)
	// ok: go-broken-cipher
	aes.NewCipher(key)
	// ruleid: go-weak-hash
	md5.Sum(key)
	// ruleid: go-weak-hash
	sha1.New()
	// ok: go-weak-hash
	sha256.Sum256(key)
}

func files(w http.ResponseWriter, r *http.Request) {
	name := filepath.Join("/srv/files", r.URL.Query().Get("file"))
	// ruleid: go-path-traversal-request-input
	os.ReadFile(name)
	// ruleid: go-path-traversal-request-input
	http.ServeFile(w, r, "/srv/files/"+r.FormValue("file"))
	// ok: go-path-traversal-request-input
	os.ReadFile(filepath.Join("/srv/files", filepath.Base(r.FormValue("file"))))
	// ok: go-path-traversal-request-input
	http.ServeFile(w, r, "/srv/files/index.html")
}

func proxy(w http.ResponseWriter, r *http.Request) {
	// ruleid: go-ssrf-request-input
	http.Get(r.URL.Query().Get("url"))
	// ruleid: go-ssrf-request-input
	http.NewRequest("GET", "http://"+r.FormValue("host")+"/status", nil)
	// ok: go-ssrf-request-input
	http.Get("https://api.example.com/orders/" + url.PathEscape(r.FormValue("id")))
	// ruleid: go-open-redirect-request-input
	http.Redirect(w, r, r.FormValue("next"), http.StatusFound)
	// ok: go-open-redirect-request-input
	http.Redirect(w, r, "/login?next="+url.QueryEscape(r.FormValue("next")), http.StatusFound)
}

func secrets() {
	// ruleid: go-random-for-secret
	token := fmt.Sprintf("%d", rand.Int63())
	// ok: go-random-for-secret
	delay := rand.Intn(100)
	use(token, delay)
}

func claims(token string) {
	// ruleid: go-jwt-unverified
	parser.ParseUnverified(token, jwt.MapClaims{})
	// ok: go-jwt-unverified
	parser.ParseWithClaims(token, jwt.MapClaims{}, keyOf)
}

func serve() {
	// ruleid: go-http-server-without-timeouts
	http.ListenAndServe(":8080", nil)
	server := &http.Server{Addr: ":8080", ReadHeaderTimeout: 5 * time.Second}
	// ok: go-http-server-without-timeouts
	server.ListenAndServe()
}
