! SPDX-License-Identifier: Apache-2.0
!
! Forms of Fortran procedures for the comparison of names: modules, contained and recursive
! procedures, generic interfaces, bound procedures, entry points, blocks.
module shapes
    implicit none
    type :: polygon
        real, allocatable :: sides(:)
    contains
        procedure :: grow => polygon_grow
        final :: polygon_drop
    end type
    interface total
        module procedure total_real, total_int
    end interface
contains
    subroutine polygon_grow(self, n)
        class(polygon), intent(inout) :: self
        integer, intent(in) :: n
        real, allocatable :: longer(:)
        allocate (longer(size(self%sides) + n))
        longer = 1.0
        longer(1:size(self%sides)) = self%sides
        call move_alloc(longer, self%sides)
    end subroutine
    subroutine polygon_drop(self)
        type(polygon), intent(inout) :: self
        if (allocated(self%sides)) deallocate (self%sides)
    end subroutine
    function total_real(values) result(sum_of)
        real, intent(in) :: values(:)
        real :: sum_of
        sum_of = sum(sorted(values))
    contains
        function sorted(list) result(copy)
            real, intent(in) :: list(:)
            real, allocatable :: copy(:)
            integer :: i
            copy = list
            do i = 1, size(copy) - 1
                if (copy(i) > copy(i + 1)) call swap(copy(i), copy(i + 1))
            end do
        end function
        subroutine swap(a, b)
            real, intent(inout) :: a, b
            real :: c
            c = a; a = b; b = c
            print *, 'swapped'
        end subroutine
    end function
    integer function total_int(values)
        integer, intent(in) :: values(:)
        integer, allocatable :: copy(:)
        allocate (copy, source=values)
        total_int = sum(copy)
        print *, total_int
    end function
    recursive function factorial(n) result(f)
        integer, intent(in) :: n
        character(:), allocatable :: text
        integer :: f
        text = repeat('x', n)
        f = 1
        if (n > 1) f = n*factorial(n - 1)
        print *, text
    end function
end module

subroutine plain(n)
    integer, intent(in) :: n
    integer, allocatable :: list(:)
    allocate (list(n))
    list = n
    block
        integer, allocatable :: inner(:)
        allocate (inner, source=list)
        print *, size(inner)
    end block
end subroutine

program forms
    use shapes
    implicit none
    type(polygon) :: one
    integer :: n, all_in_all
    real :: sum_of_all
    n = command_argument_count() + 3
    allocate (one%sides(n))
    one%sides = 2.0
    call one%grow(n)
    sum_of_all = total(one%sides)
    all_in_all = total([1, 2, n]) + factorial(n)
    print *, sum_of_all, all_in_all
    call plain(n)
    call local(n)
contains
    subroutine local(k)
        integer, intent(in) :: k
        character(:), allocatable :: text
        text = repeat('y', k)
        print *, text, n
    end subroutine
end program
