# Not run: `semgrep --test` reads the annotations. Every value is made up.
import asyncio
import hashlib
import json
import os
import pickle
import random
import secrets
import shlex
import ssl
import subprocess
import tarfile
import tempfile

import boto3
import flask
import httpx
import jinja2
import jwt
import lxml.etree
import paramiko
import requests
import yaml
from flask import redirect, render_template_string, request, send_file, url_for
from werkzeug.utils import secure_filename


@app.route("/commands")
def commands():
    host = request.args.get("host")
    # ruleid: python-command-injection-request-input
    os.system("ping -c 1 " + host)
    # ruleid: python-command-injection-request-input, python-subprocess-shell-true
    subprocess.run(f"ping -c 1 {host}", shell=True, check=True)
    # ruleid: python-command-injection-request-input
    subprocess.getoutput("whois %s" % request.form["domain"])
    # ok: python-command-injection-request-input, python-subprocess-shell-true
    subprocess.run(["ping", "-c", "1", host], check=True)
    # ok: python-command-injection-request-input
    os.system("ping -c 1 " + shlex.quote(host))
    # ok: python-command-injection-request-input
    os.system("head -n %d log.txt" % int(request.args["lines"]))


@app.route("/code")
def code():
    # ruleid: python-code-injection-request-input
    value = eval(request.args["expression"])
    # ruleid: python-code-injection-request-input
    exec(request.get_json()["script"])
    # ok: python-code-injection-request-input
    data = json.loads(request.data)
    # ok: python-code-injection-request-input
    return eval("1 + 1")


@app.route("/rows")
def rows():
    name = request.args["name"]
    # ruleid: python-sql-injection-request-input, python-sql-string-formatting
    cursor.execute(f"SELECT * FROM orders WHERE name = '{name}'")
    sql = "DELETE FROM orders WHERE name = '%s'" % name
    # ruleid: python-sql-injection-request-input
    cursor.execute(sql)
    # ruleid: python-sql-injection-request-input
    User.objects.raw("SELECT * FROM users WHERE email = '{}'".format(request.GET["email"]))
    # ok: python-sql-injection-request-input, python-sql-string-formatting
    cursor.execute("SELECT * FROM orders WHERE name = %s", (name,))
    page = f"SELECT * FROM orders LIMIT {int(request.args['limit'])}"
    # ok: python-sql-injection-request-input
    cursor.execute(page)
    # ok: python-sql-injection-request-input
    workflow.execute(f"order {name}")


def report(cursor, table):
    # ruleid: python-sql-string-formatting
    cursor.execute("SELECT count(*) FROM " + table)
    # ruleid: python-sql-string-formatting
    cursor.execute("SELECT count(*) FROM " + table + " WHERE paid")
    # ruleid: python-sql-string-formatting
    self.db.execute("SELECT count(*) FROM {}".format(table))
    # ok: python-sql-string-formatting
    cursor.execute("SELECT count(*) FROM orders")
    # ok: python-sql-string-formatting
    executor.execute(f"job {table}")


@app.route("/page")
def page():
    # ruleid: python-template-injection-request-input
    html = render_template_string("<h1>" + request.args["title"] + "</h1>")
    # ruleid: python-template-injection-request-input
    jinja2.Template(request.form["template"]).render()
    # ok: python-template-injection-request-input
    return render_template_string("<h1>{{ title }}</h1>", title=request.args["title"])


@app.route("/state", methods=["POST"])
def state():
    # ruleid: python-deserialization-request-input, python-unsafe-deserialization
    one = pickle.loads(request.data)
    body = request.get_data()
    # ruleid: python-deserialization-request-input, python-unsafe-deserialization
    two = pickle.loads(body)
    # ok: python-deserialization-request-input, python-unsafe-deserialization
    return json.loads(body)


def cached(path):
    with open(path, "rb") as file:
        # ruleid: python-unsafe-deserialization
        return pickle.load(file)


def saved(value, file):
    # ok: python-unsafe-deserialization
    pickle.dump(value, file)
    # ok: python-deserialization-request-input
    return pickle.dumps(value)


def settings(text):
    # ruleid: python-yaml-unsafe-load
    yaml.load(text, Loader=yaml.Loader)
    # ruleid: python-yaml-unsafe-load
    yaml.unsafe_load(text)
    # ruleid: python-yaml-unsafe-load
    yaml.load(text, yaml.UnsafeLoader)
    # ok: python-yaml-unsafe-load
    yaml.safe_load(text)
    # ok: python-yaml-unsafe-load
    yaml.load(text, Loader=yaml.SafeLoader)


def call(session_url):
    # ruleid: python-tls-verification-disabled
    requests.get("https://api.example.com", verify=False)
    # ruleid: python-tls-verification-disabled
    httpx.Client(timeout=5, verify=False)
    # ruleid: python-tls-verification-disabled
    ssl._create_default_https_context = ssl._create_unverified_context
    # ruleid: python-tls-verification-disabled
    boto3.client("s3", verify=False)
    session = requests.Session()
    # ruleid: python-tls-verification-disabled
    session.verify = False
    # ok: python-tls-verification-disabled
    requests.get("https://api.example.com", verify="/etc/ssl/private-ca.pem")
    context = ssl.create_default_context()
    # ruleid: python-tls-verification-disabled
    context.verify_mode = ssl.CERT_NONE
    if options.insecure:
        # ok: python-tls-verification-disabled
        context.verify_mode = ssl.CERT_NONE
    # ok: python-tls-verification-disabled
    options.verify = False


def claims(token, key):
    # ruleid: python-jwt-algorithm-none
    jwt.decode(token, key, algorithms=["RS256", "none"])
    # ruleid: python-jwt-algorithm-none
    jwt.encode({"sub": "x"}, None, algorithm="none")
    # ruleid: python-jwt-signature-not-verified
    jwt.decode(token, options={"verify_signature": False})
    # ok: python-jwt-algorithm-none, python-jwt-signature-not-verified
    return jwt.decode(token, key, algorithms=["RS256"])


def build(target):
    # ruleid: python-subprocess-shell-true
    subprocess.check_call("make " + target, shell=True)
    # ruleid: python-subprocess-shell-true
    subprocess.Popen(command, stdout=subprocess.PIPE, shell=True)
    # ok: python-subprocess-shell-true
    subprocess.check_call("make all | tee log.txt", shell=True)
    # ok: python-subprocess-shell-true
    subprocess.check_call(["make", target])


@app.route("/files")
def files():
    # ruleid: python-path-traversal-request-input
    with open(os.path.join("/srv/files", request.args["file"])) as file:
        text = file.read()
    # ruleid: python-path-traversal-request-input
    send_file("/srv/files/" + request.args["file"])
    # ok: python-path-traversal-request-input
    with open(os.path.join("/srv/files", secure_filename(request.args["file"]))) as file:
        text = file.read()
    # ok: python-path-traversal-request-input
    return send_file("/srv/files/index.html")


def handler(event, context):
    # ruleid: python-ssrf-request-input
    requests.get(event["queryStringParameters"]["url"], timeout=5)
    address = "http://" + json.loads(event["body"])["host"]
    # ruleid: python-ssrf-request-input
    requests.get(address, timeout=5)
    # ok: python-ssrf-request-input
    requests.get(f"https://api.example.com/orders/{int(event['pathParameters']['id'])}", timeout=5)
    # ok: python-ssrf-request-input
    requests.post("https://api.example.com/orders", data=event["body"], timeout=5)


@app.route("/go")
def go():
    if request.args.get("next"):
        # ruleid: python-open-redirect-request-input
        return redirect(request.args["next"])
    # ok: python-open-redirect-request-input
    return redirect(url_for("home", page=request.args["page"]))


app = flask.Flask(__name__)
# ruleid: python-flask-debug
app.run(host="127.0.0.1", debug=True)
# ok: python-flask-debug
app.run(host="127.0.0.1")

# ruleid: python-weak-hash
hashlib.md5(data).hexdigest()
# ruleid: python-weak-hash
hashlib.new("sha1", data)
# ok: python-weak-hash
hashlib.sha256(data).hexdigest()
# ok: python-weak-hash
hashlib.md5(data, usedforsecurity=False).hexdigest()

# ruleid: python-random-for-secret
reset_token = "".join(random.choices(letters, k=32))
# ruleid: python-random-for-secret
user.api_key = str(random.getrandbits(128))
# ok: python-random-for-secret
session_token = secrets.token_urlsafe(32)
# ok: python-random-for-secret
delay = random.uniform(0, 1)

# ruleid: python-jinja2-autoescape-off
jinja2.Environment(loader=loader)
# ruleid: python-jinja2-autoescape-off
jinja2.Environment(loader=loader, autoescape=False)
# ok: python-jinja2-autoescape-off
jinja2.Environment(loader=loader, autoescape=jinja2.select_autoescape())

# ruleid: python-tempfile-mktemp
name = tempfile.mktemp(suffix=".csv")
# ok: python-tempfile-mktemp
handle, name = tempfile.mkstemp(suffix=".csv")

client = paramiko.SSHClient()
# ruleid: python-ssh-unknown-host-accepted
client.set_missing_host_key_policy(paramiko.AutoAddPolicy())
# ok: python-ssh-unknown-host-accepted
client.set_missing_host_key_policy(paramiko.RejectPolicy())

with tarfile.open("upload.tar.gz") as archive:
    # ruleid: python-tar-extract-without-filter
    archive.extractall("/srv/upload")
    # ok: python-tar-extract-without-filter
    archive.extractall("/srv/upload", filter="data")

# ruleid: python-xml-external-entities
parser = lxml.etree.XMLParser(resolve_entities=True)
# ok: python-xml-external-entities
parser = lxml.etree.XMLParser(resolve_entities=False, no_network=True)
