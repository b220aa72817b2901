from django.contrib.admin import AdminSite


class Workbench(AdminSite):
    pass
