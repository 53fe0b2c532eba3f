"""Boot jobs: what a box's init has for each process line of a leaf's Procfile."""

from dockwright.operations.boot.job import job as job
from dockwright.operations.boot.only import only as only
from dockwright.operations.boot.restart import restart as restart
