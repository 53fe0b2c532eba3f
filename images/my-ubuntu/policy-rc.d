#!/bin/sh
# Installing a service must not start it while an image is built (invoke-rc.d: 101 forbids).
exit 101
