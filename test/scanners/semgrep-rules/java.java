// Not run: `semgrep --test` reads the annotations. Every value is made up.
package rules;

import java.io.*;
import java.net.*;
import java.nio.file.*;
import java.security.*;
import java.security.cert.X509Certificate;
import java.sql.*;
import java.util.*;
import javax.crypto.Cipher;
import javax.net.ssl.*;
import javax.script.ScriptEngine;
import javax.servlet.http.*;
import javax.xml.parsers.*;

class Rules extends HttpServlet {
    void commands(HttpServletRequest request) throws Exception {
        String host = request.getParameter("host");
        // ruleid: java-command-injection-request-input
        Runtime.getRuntime().exec("ping -c 1 " + host);
        // ruleid: java-command-injection-request-input
        new ProcessBuilder("sh", "-c", "ping -c 1 " + host).start();
        // ok: java-command-injection-request-input
        new ProcessBuilder("ping", "-c", "1", host).start();
        // ok: java-command-injection-request-input
        Runtime.getRuntime().exec("uptime");
        // ok: java-command-injection-request-input
        Runtime.getRuntime().exec("head -n " + Integer.parseInt(request.getParameter("lines")) + " log.txt");
    }

    void rows(HttpServletRequest request, Statement statement, Connection connection) throws Exception {
        String name = request.getParameter("name");
        // ruleid: java-sql-injection-request-input, java-sql-string-concatenation
        statement.executeQuery("SELECT * FROM orders WHERE name = '" + name + "'");
        String sql = "DELETE FROM orders WHERE name = '" + name + "'";
        // ruleid: java-sql-injection-request-input
        statement.executeUpdate(sql);
        // ok: java-sql-injection-request-input, java-sql-string-concatenation
        PreparedStatement prepared = connection.prepareStatement("SELECT * FROM orders WHERE name = ?");
        // ok: java-sql-injection-request-input
        prepared.setString(1, name);
        String page = "SELECT * FROM orders LIMIT " + Integer.parseInt(request.getParameter("limit"));
        // ok: java-sql-injection-request-input
        statement.executeQuery(page);
    }

    @GetMapping("/users")
    List<User> users(@RequestParam String email, JdbcTemplate jdbc) {
        // ok: java-sql-injection-request-input
        jdbc.query("SELECT * FROM users WHERE email = ?", mapper, email);
        // ruleid: java-sql-injection-request-input
        return jdbc.query("SELECT * FROM users WHERE email = '" + email + "'", mapper);
    }

    void count(Statement statement, String table) throws Exception {
        // ruleid: java-sql-string-concatenation
        statement.executeQuery("SELECT count(*) FROM " + table);
        // ruleid: java-sql-string-concatenation
        statement.executeQuery(String.format("SELECT count(*) FROM %s", table));
        // ok: java-sql-string-concatenation
        statement.executeQuery("SELECT count(*) FROM orders");
    }

    void state(HttpServletRequest request) throws Exception {
        // ruleid: java-deserialization-request-input
        Object state = new ObjectInputStream(request.getInputStream()).readObject();
        byte[] bytes = Base64.getDecoder().decode(request.getParameter("state"));
        // ruleid: java-deserialization-request-input
        Object other = new ObjectInputStream(new ByteArrayInputStream(bytes)).readObject();
        // ok: java-deserialization-request-input
        Object own = new ObjectInputStream(new FileInputStream("/srv/state")).readObject();
    }

    @PostMapping("/expressions/{name}")
    Object expressions(@PathVariable("name") String name, ExpressionParser parser, ScriptEngine engine) throws Exception {
        // ruleid: java-expression-injection-request-input
        parser.parseExpression("order." + name);
        // ruleid: java-expression-injection-request-input
        engine.eval(name);
        // ok: java-expression-injection-request-input
        return parser.parseExpression("order.total");
    }

    class TrustAll implements X509TrustManager {
        public void checkClientTrusted(X509Certificate[] chain, String type) { }
        // ruleid: java-tls-verification-disabled
        public void checkServerTrusted(X509Certificate[] chain, String type) { }
        public X509Certificate[] getAcceptedIssuers() { return null; }
    }

    class TrustPinned implements X509TrustManager {
        // ok: java-tls-verification-disabled
        public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
            pin.check(chain[0]);
        }
    }

    void connections(HttpsURLConnection connection) {
        // ruleid: java-tls-verification-disabled
        connection.setHostnameVerifier((host, session) -> true);
        // ok: java-tls-verification-disabled
        connection.setHostnameVerifier((host, session) -> host.equals("api.example.com"));
    }

    void ciphers() throws Exception {
        // ruleid: java-broken-cipher
        Cipher.getInstance("DES/CBC/PKCS5Padding");
        // ruleid: java-broken-cipher
        Cipher.getInstance("AES/ECB/PKCS5Padding");
        // ruleid: java-broken-cipher
        Cipher.getInstance("AES");
        // ok: java-broken-cipher
        Cipher.getInstance("AES/GCM/NoPadding");
        // ok: java-broken-cipher
        Cipher.getInstance("RSA/ECB/OAEPWithSHA-256AndMGF1Padding");
        // ruleid: java-weak-hash
        MessageDigest.getInstance("MD5");
        // ruleid: java-weak-hash
        MessageDigest.getInstance("SHA-1");
        // ok: java-weak-hash
        MessageDigest.getInstance("SHA-256");
    }

    void files(HttpServletRequest request) throws Exception {
        // ruleid: java-path-traversal-request-input
        new File("/srv/files", request.getParameter("file"));
        // ruleid: java-path-traversal-request-input
        Paths.get("/srv/files/" + request.getParameter("file"));
        // ok: java-path-traversal-request-input
        new File("/srv/files", FilenameUtils.getName(request.getParameter("file")));
        // ok: java-path-traversal-request-input
        new File("/srv/files", "index.html");
    }

    void proxy(HttpServletRequest request, HttpServletResponse response) throws Exception {
        // ruleid: java-ssrf-request-input
        new URL(request.getParameter("url")).openStream();
        // ok: java-ssrf-request-input
        new URL("https://api.example.com/orders/" + Long.parseLong(request.getParameter("id"))).openStream();
        // ruleid: java-open-redirect-request-input
        response.sendRedirect(request.getParameter("next"));
        // ok: java-open-redirect-request-input
        response.sendRedirect("/login?next=" + URLEncoder.encode(request.getParameter("next"), "UTF-8"));
    }

    void documents(InputStream input) throws Exception {
        DocumentBuilderFactory open = DocumentBuilderFactory.newInstance();
        // ruleid: java-xml-external-entities
        open.newDocumentBuilder().parse(input);
        DocumentBuilderFactory closed = DocumentBuilderFactory.newInstance();
        closed.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
        // ok: java-xml-external-entities
        closed.newDocumentBuilder().parse(input);
    }

    void secrets() {
        // ruleid: java-random-for-secret
        String resetToken = Long.toHexString(new Random().nextLong());
        java.util.Random random = new java.util.Random();
        // ruleid: java-random-for-secret
        int otp = random.nextInt(1000000);
        SecureRandom strong = new SecureRandom();
        // ok: java-random-for-secret
        int nonce = strong.nextInt();
        // ok: java-random-for-secret
        int delay = random.nextInt(100);
    }

    void configure(HttpSecurity http) throws Exception {
        // ruleid: java-spring-csrf-disabled
        http.csrf().disable();
        // ruleid: java-spring-csrf-disabled
        http.csrf(csrf -> csrf.disable());
        // ok: java-spring-csrf-disabled
        http.csrf(csrf -> csrf.ignoringRequestMatchers("/hooks/**"));
    }

    void database() throws Exception {
        // ruleid: java-hard-coded-database-password
        DriverManager.getConnection("jdbc:postgresql://db/shop", "shop", "made-up-for-this-test");
        // ok: java-hard-coded-database-password
        DriverManager.getConnection("jdbc:postgresql://db/shop", "shop", System.getenv("DB_PASSWORD"));
        // ok: java-hard-coded-database-password
        DriverManager.getConnection("jdbc:h2:mem:test", "sa", "");
    }
}
