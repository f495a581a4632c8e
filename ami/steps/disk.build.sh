grep -v '^#' /usr/local/lib/clean-room/masked-units | xargs systemctl mask
