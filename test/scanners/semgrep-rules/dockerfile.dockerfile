# Not built: `semgrep --test` reads the annotations. Every value is made up.
# ruleid: dockerfile-image-latest
FROM docker.io/library/node:latest AS first
# ok: dockerfile-image-latest
FROM --platform=linux/amd64 docker.io/library/node:24.1.0 AS build

# ruleid: dockerfile-secret-in-env
ENV DB_PASSWORD=made-up-for-this-test
# ruleid: dockerfile-secret-in-env
ARG NPM_TOKEN="made-up-for-this-test"
# ruleid: dockerfile-secret-in-env
ENV LOG_LEVEL=info API_KEY='made-up-for-this-test'
# ruleid: dockerfile-secret-in-env
ENV SIGNING_SECRET made-up-for-this-test
# ok: dockerfile-secret-in-env
ENV API_KEY="${KEY}"
# ok: dockerfile-secret-in-env
ENV ADMIN_PASSWORD=changeme
# ok: dockerfile-secret-in-env
ENV TOKEN_ISSUER=https://login.example.com
# ok: dockerfile-secret-in-env
ARG NPM_TOKEN
# ok: dockerfile-secret-in-env
ENV DB_PASSWORD=""
# ok: dockerfile-secret-in-env
ENV DB_PASSWORD=$PASSWORD
# ok: dockerfile-secret-in-env
ENV DB_PASSWORD_FILE=/run/secrets/password
# ok: dockerfile-secret-in-env
ENV API_TOKEN=/run/secrets/token
# ok: dockerfile-secret-in-env
ENV LOG_LEVEL=information

# ruleid: dockerfile-tls-verification-disabled
RUN curl -fsSLk https://example.com/tool -o /usr/bin/tool
# ruleid: dockerfile-tls-verification-disabled
RUN wget --no-check-certificate https://example.com/tool
# ruleid: dockerfile-tls-verification-disabled
RUN npm config set strict-ssl false
# ruleid: dockerfile-tls-verification-disabled
RUN pip install --trusted-host pypi.example.com package
# ok: dockerfile-tls-verification-disabled
RUN curl -fsSL --proto '=https' https://example.com/tool -o /usr/bin/tool && echo "$SUM /usr/bin/tool" | sha256sum --check
# ok: dockerfile-tls-verification-disabled
RUN curl -fsSL https://example.com/book.txt -o book.txt && make -k all

# ruleid: dockerfile-packages-unauthenticated
RUN apt-get update && apt-get install -y --allow-unauthenticated tool
# ruleid: dockerfile-packages-unauthenticated
RUN apk add --no-cache --allow-untrusted tool.apk
# ok: dockerfile-packages-unauthenticated
RUN apt-get update && apt-get install -y --no-install-recommends tool

# ruleid: dockerfile-download-to-shell
RUN curl -fsSL https://example.com/install.sh | sh
# ruleid: dockerfile-download-to-shell
RUN wget -qO- https://example.com/install.sh | bash -s -- --yes
# ok: dockerfile-download-to-shell
RUN curl -fsSL https://example.com/1.2.3/install.sh -o i.sh && sha256sum --check i.sum && sh i.sh

# ruleid: dockerfile-add-remote-file
ADD https://example.com/tool.tar.gz /opt/
# ok: dockerfile-add-remote-file
ADD --checksum=sha256:0000000000000000000000000000000000000000000000000000000000000000 https://example.com/tool.tar.gz /opt/
# ok: dockerfile-add-remote-file
ADD tool.tar.gz /opt/

# ruleid: dockerfile-copy-credentials
COPY .env /app/
# ruleid: dockerfile-copy-credentials
COPY --chown=10001 home/.aws/credentials /app/.aws/credentials
# ok: dockerfile-copy-credentials
COPY .env.example /app/
# ok: dockerfile-copy-credentials
COPY src/ /app/src/

# ruleid: dockerfile-sudo
RUN sudo make install
# ok: dockerfile-sudo
RUN echo "no sudo here"

# ruleid: dockerfile-world-writable
RUN chmod -R 777 /app
# ok: dockerfile-world-writable
RUN chmod -R 755 /app

# ruleid: dockerfile-ssh-port
EXPOSE 22
# ok: dockerfile-ssh-port
EXPOSE 8080

# ok: dockerfile-user-root
USER root
RUN make install
# ok: dockerfile-user-root
USER 10001

FROM docker.io/library/node:24.1.0
# ruleid: dockerfile-user-root
USER root
CMD ["node", "index.js"]
